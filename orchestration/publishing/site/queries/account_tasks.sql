-- The last twelve tasks of every scored account that somebody was asked for or did.
select
    tasks.account_id, tasks.task_id, tasks.task, tasks.opened_on, tasks.due_date, tasks.status, tasks.closed_on,
    tasks.outcome, tasks.annotation, coalesce(csms.name, tasks.owner_id) as owner
from scores.fct_tasks as tasks
inner join scores.account_scores_current using (account_id)
left join core.dim_csms as csms on csms.csm_id = tasks.owner_id
where tasks.was_shown or tasks.status = 'done'
qualify row_number() over (partition by tasks.account_id order by tasks.opened_on desc, tasks.task_id) <= 12
order by tasks.account_id, tasks.opened_on desc, tasks.task_id

-- One row per task that somebody was asked for or did.
select
    accounts.account_name as account, plays.name as play, tasks.status, coalesce(owners.name, tasks.owner_id) as owner,
    tasks.channel, tasks.outcome, tasks.is_on_time, tasks.effort_hours,
    strftime(tasks.opened_on, '%Y-%m') as opened_in,
    scores.band, accounts.company_size, accounts.plan_tier, accounts.industry, accounts.region,
    accounts.purchase_channel, accounts.onboarding_mode, coalesce(csms.name, scores.csm_id, 'nobody') as csm
from scores.fct_tasks as tasks
left join core.dim_plays as plays using (play_id)
left join core.dim_csms as owners on tasks.owner_id = owners.csm_id
inner join core.dim_accounts as accounts using (account_id)
inner join scores.account_scores_current as scores using (account_id)
left join core.dim_csms as csms on scores.csm_id = csms.csm_id
where tasks.was_shown or tasks.status = 'done'
order by tasks.opened_on, tasks.task_id

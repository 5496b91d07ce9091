-- The worklists of today.
select
    tasks.*,
    accounts.account_name,
    scores.band,
    scores.mrr,
    coalesce(csms.name, tasks.owner_id) as owner
from scores.fct_recommended_plays as tasks
inner join core.dim_accounts as accounts using (account_id)
left join scores.account_scores_current as scores using (account_id)
left join core.dim_csms as csms on csms.csm_id = tasks.owner_id
where tasks.scored_on = (select max(scored_on) from scores.account_scores_current)
order by tasks.owner_id, tasks.rank_in_worklist, tasks.task_id

-- What to do now, for whom, by whom, by when, and why.
select
    plays.task_id,
    plays.scored_on,
    plays.account_id,
    accounts.account_name,
    plays.task,
    plays.reason,
    plays.status,
    plays.due_date,
    plays.deliverable,
    plays.effort_hours,
    plays.value_at_stake,
    plays.rank_in_worklist,
    plays.is_within_capacity,
    plays.owner_id,
    coalesce(csms.name, plays.owner_id) as owner,
    accounts.csm_id,
    coalesce(managers.name, accounts.csm_id, 'nobody') as csm,
    accounts.company_size,
    accounts.onboarding_mode,
    accounts.plan_tier,
    accounts.region
from scores.fct_recommended_plays as plays
inner join core.dim_accounts as accounts on plays.account_id = accounts.account_id
left join core.dim_csms as csms on plays.owner_id = csms.csm_id
left join core.dim_csms as managers on accounts.csm_id = managers.csm_id
where plays.scored_on = (select max(calendar.day_date) from core.dim_calendar as calendar)

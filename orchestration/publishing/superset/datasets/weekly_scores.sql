-- Published scores, a row per account and Sunday, with what an account can be grouped by.
select
    scores.account_id,
    accounts.account_name,
    scores.scored_on,
    scores.score,
    scores.score_low,
    scores.score_high,
    scores.band,
    scores.is_published,
    scores.mrr,
    scores.mrr_at_risk,
    scores.csm_id,
    coalesce(csms.name, scores.csm_id, 'nobody') as csm,
    accounts.company_size,
    accounts.industry,
    accounts.onboarding_mode,
    accounts.plan_tier,
    accounts.region
from scores.fct_account_scores as scores
inner join core.dim_accounts as accounts on scores.account_id = accounts.account_id
left join core.dim_csms as csms on scores.csm_id = csms.csm_id
inner join core.dim_calendar as calendar on scores.scored_on = calendar.day_date
where scores.is_published and calendar.is_sunday

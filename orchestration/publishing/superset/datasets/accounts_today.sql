-- Accounts with a published score today: who they are, how they do, where they stand.
select
    scores.account_id,
    accounts.account_name,
    scores.scored_on,
    scores.score,
    scores.score_low,
    scores.score_high,
    scores.confidence,
    scores.band,
    scores.days_in_band,
    scores.change_28d,
    scores.tenure_days,
    scores.is_published,
    scores.mrr,
    scores.mrr_at_risk,
    scores.csm_id,
    coalesce(csms.name, scores.csm_id, 'nobody') as csm,
    accounts.company_size,
    accounts.industry,
    accounts.onboarding_mode,
    accounts.plan_tier,
    accounts.region,
    accounts.renewal_date,
    journeys.stage,
    journeys.is_complete,
    journeys.is_stalled,
    journeys.time_to_first_value_days,
    journeys.n_attained,
    milestones.name as next_milestone,
    journeys.diagnosis
from scores.account_scores_current as scores
inner join core.dim_accounts as accounts on scores.account_id = accounts.account_id
left join core.dim_csms as csms on scores.csm_id = csms.csm_id
left join milestones.onboarding_journeys_current as journeys on scores.account_id = journeys.account_id
left join (
    select milestone_id, name from milestones.dim_milestones
    where valid_to is null
) as milestones on journeys.next_milestone_id = milestones.milestone_id

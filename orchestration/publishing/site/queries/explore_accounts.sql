-- One row per scored account, today.
select
    accounts.account_name as account, scores.band, accounts.company_size, accounts.plan_tier, accounts.industry,
    accounts.region, accounts.purchase_channel, accounts.onboarding_mode,
    coalesce(csms.name, scores.csm_id, 'nobody') as csm, journeys.stage, journeys.diagnosis, journeys.is_stalled,
    scores.confidence, scores.lifecycle, round(scores.score, 1) as score, scores.change_28d, scores.significant_change,
    scores.coverage_ratio, scores.days_in_band, scores.tenure_days, journeys.n_attained as milestones_attained,
    journeys.time_to_first_value_days, scores.mrr, scores.mrr_at_risk,
    strftime(accounts.started_at, '%Y-%m') as started_in, strftime(accounts.renewal_date, '%Y-%m') as renews_in
from scores.account_scores_current as scores
inner join core.dim_accounts as accounts using (account_id)
left join milestones.onboarding_journeys_current as journeys using (account_id)
left join core.dim_csms as csms on scores.csm_id = csms.csm_id
order by accounts.account_id

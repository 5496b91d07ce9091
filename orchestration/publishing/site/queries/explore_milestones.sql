-- One row per scored account and milestone.
select
    accounts.account_name as account, milestones.name as milestone, attainments.status, attainments.days_to_attain,
    attainments.target_days, strftime(attainments.attained_at, '%Y-%m') as attained_in,
    scores.band, accounts.company_size, accounts.plan_tier, accounts.industry, accounts.region,
    accounts.purchase_channel, accounts.onboarding_mode, coalesce(csms.name, scores.csm_id, 'nobody') as csm
from milestones.fct_milestone_attainments as attainments
inner join milestones.dim_milestones as milestones using (milestone_id, version)
inner join core.dim_accounts as accounts using (account_id)
inner join scores.account_scores_current as scores using (account_id)
left join core.dim_csms as csms on scores.csm_id = csms.csm_id
where attainments.known_to is null
order by milestones.sequence, accounts.account_id, attainments.version

-- Milestones of each account, attained or not, with what an account can be grouped by.
select
    attainments.account_id,
    accounts.account_name,
    attainments.milestone_id,
    milestones.sequence,
    milestones.name as milestone,
    attainments.started_at,
    attainments.target_date,
    attainments.attained_at,
    attainments.days_to_attain,
    attainments.status,
    accounts.csm_id,
    coalesce(csms.name, accounts.csm_id, 'nobody') as csm,
    accounts.company_size,
    accounts.industry,
    accounts.onboarding_mode,
    accounts.plan_tier,
    accounts.region
from milestones.fct_milestone_attainments as attainments
inner join core.dim_accounts as accounts on attainments.account_id = accounts.account_id
left join core.dim_csms as csms on accounts.csm_id = csms.csm_id
inner join milestones.dim_milestones as milestones
    on attainments.milestone_id = milestones.milestone_id and attainments.version = milestones.version
where attainments.is_latest

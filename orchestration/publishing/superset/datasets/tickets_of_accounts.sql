-- Support tickets with the name of the account and what it can be grouped by.
select
    tickets.*,
    accounts.account_name,
    accounts.csm_id,
    coalesce(csms.name, accounts.csm_id, 'nobody') as csm,
    accounts.company_size,
    accounts.onboarding_mode,
    accounts.plan_tier,
    accounts.region
from core.fct_tickets as tickets
inner join core.dim_accounts as accounts on tickets.account_id = accounts.account_id
left join core.dim_csms as csms on accounts.csm_id = csms.csm_id

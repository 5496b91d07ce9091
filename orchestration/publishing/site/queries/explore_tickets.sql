-- One row per ticket.
select
    accounts.account_name as account, tickets.theme, tickets.cause, tickets.priority, tickets.channel, tickets.status,
    tickets.is_blocker, tickets.hours_to_solve, tickets.csat_score, strftime(tickets.created_at, '%Y-%m') as opened_in,
    scores.band, accounts.company_size, accounts.plan_tier, accounts.industry, accounts.region,
    accounts.purchase_channel, accounts.onboarding_mode, coalesce(csms.name, scores.csm_id, 'nobody') as csm
from core.fct_tickets as tickets
inner join core.dim_accounts as accounts using (account_id)
inner join scores.account_scores_current as scores using (account_id)
left join core.dim_csms as csms on scores.csm_id = csms.csm_id
order by tickets.created_at, tickets.ticket_id

-- Tasks that fit into nobody's week, and who has hours left.
select proposals.*, accounts.account_name, coalesce(csms.name, proposals.from_owner_id) as from_owner
from scores.fct_suggested_reassignments as proposals
inner join core.dim_accounts as accounts using (account_id)
left join core.dim_csms as csms on csms.csm_id = proposals.from_owner_id
order by proposals.value_at_stake desc, account_id, proposals.from_owner_id

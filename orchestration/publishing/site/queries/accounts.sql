-- Everything that lists show of an account today.
select *, csm_name as csm, next_owner_name as next_owner
from scores.account_overview_current
order by band = 'unknown', band_rank, mrr_at_risk desc nulls first, score, account_id

-- Accounts with a published score today: who they are, how they do, where they stand.
select *, coalesce(csm_name, 'nobody') as csm
from scores.account_overview_current

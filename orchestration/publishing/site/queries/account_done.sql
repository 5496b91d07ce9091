-- How many tasks were done for every account.
select account_id, count(*) as n
from scores.fct_tasks
where status = 'done'
group by account_id

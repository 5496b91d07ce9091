-- Checks of the newest day that do not hold, by their last run of it.
select *
from (
    select
        results.*,
        row_number() over (partition by dataset, check_key order by run_id desc) as recency
    from governance.fct_quality_results as results
    where checked_on = (select max(checked_on) from governance.fct_quality_results)
) as newest
where recency = 1 and status in ('failed', 'error')

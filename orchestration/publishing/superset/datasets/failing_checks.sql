-- Checks of the newest day that do not hold, by their last run of it.
select
    results.dataset,
    results.check_key,
    results.severity,
    results.observed,
    results.failing_since,
    results.owner,
    results.steward,
    results.acknowledged_until,
    results.why
from governance.fct_quality_results as results
left join governance.fct_quality_results as later
    on
        results.dataset = later.dataset
        and results.check_key = later.check_key
        and results.checked_on = later.checked_on
        and results.run_id < later.run_id
where
    results.status in ('failed', 'error')
    and later.run_id is null
    and results.checked_on >= (select max(calendar.day_date) from core.dim_calendar as calendar)

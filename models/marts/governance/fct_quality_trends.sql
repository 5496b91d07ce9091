-- How many checks held, week by week, of each dataset, dimension and steward.
-- Grain: one row per dataset, dimension, week_date and steward.

with results as (
    select * from {{ ref('fct_quality_results') }}
),

-- the last word of each day: a day that was run again counts once
days as (
    select
        dataset,
        check_key,
        checked_on,
        dimension,
        steward,
        severity,
        status,
        is_acknowledged,
        cast({{ dbt.date_trunc('week', 'checked_on') }} as date) as week_date,
        row_number() over (partition by dataset, check_key, checked_on order by run_id desc) as recency
    from results
),

final as (
    select
        dataset,
        coalesce(dimension, 'unknown') as dimension,
        week_date,
        coalesce(steward, '') as steward,
        count(distinct check_key) as n_checks,
        count(*) as n_results,
        cast(sum(case when status = 'passed' then 1 else 0 end) as bigint) as n_passed,
        cast(sum(case when status = 'failed' then 1 else 0 end) as bigint) as n_failed,
        cast(sum(case when status = 'error' then 1 else 0 end) as bigint) as n_errors,
        cast(sum(case when status = 'learning' then 1 else 0 end) as bigint) as n_learning,
        cast(sum(case when status in ('failed', 'error') and severity = 'critical' then 1 else 0 end) as bigint)
            as n_critical,
        cast(sum(case when is_acknowledged then 1 else 0 end) as bigint) as n_acknowledged,
        cast(sum(case when status = 'passed' then 1 else 0 end) as double)
        / nullif(sum(case when status <> 'learning' then 1 else 0 end), 0) as passed_ratio
    from days
    where recency = 1
    group by dataset, coalesce(dimension, 'unknown'), week_date, coalesce(steward, '')
)

select * from final

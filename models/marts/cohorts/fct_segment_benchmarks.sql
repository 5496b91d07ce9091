-- Benchmarks of a metric by segment and tenure: quartiles, and a mean shrunk towards all accounts.
-- Grain: one row per as_of, segment_attribute, segment_value, metric_id and tenure.

{{ config(materialized='incremental', partition_by='as_of') }}
{% set attribute = 'partition by scored_on, segment_attribute, metric_id, tenure' %}

with benchmark_values as (
    select * from {{ ref('int_benchmark_values') }}
),

counted as (
    select
        scored_on,
        segment_attribute,
        segment_value,
        metric_id,
        tenure,
        count(*) as n,
        count(*) < max(min_accounts) as is_too_small,
        avg(raw_value) as mean,
        coalesce(var_samp(raw_value), 0.0e0) as variance,
        {{ percentile('raw_value', 0.25) }} as p25,
        {{ percentile('raw_value', 0.5) }} as p50,
        {{ percentile('raw_value', 0.75) }} as p75
    from benchmark_values
    group by scored_on, segment_attribute, segment_value, metric_id, tenure
),

pooled as (
    select
        *,
        sum(n * mean) over ({{ attribute }}) / sum(n) over ({{ attribute }}) as overall_mean,
        sum((n - 1) * variance) over ({{ attribute }})
        / nullif(sum(n - 1) over ({{ attribute }}), 0) as variance_within,
        count(*) over ({{ attribute }}) as n_groups,
        sum(n) over ({{ attribute }})
        - sum(n * n) over ({{ attribute }}) / cast(sum(n) over ({{ attribute }}) as double)
            as n_effective
    from counted
),

-- variance between segments beyond sampling error: the method of moments (analysis of variance)
spread as (
    select
        *,
        greatest(0.0e0, (
            sum(n * (mean - overall_mean) * (mean - overall_mean)) over ({{ attribute }})
            - (n_groups - 1) * variance_within
        ) / nullif(n_effective, 0)) as variance_between
    from pooled
),

final as (
    select
        scored_on as as_of,
        segment_attribute,
        segment_value,
        metric_id,
        tenure,
        n,
        is_too_small,
        case when not is_too_small then p25 end as p25,
        case when not is_too_small then p50 end as p50,
        case when not is_too_small then p75 end as p75,
        case when not is_too_small then mean end as mean,
        case when not is_too_small and n > 1 then sqrt(variance) end as spread,
        -- shown for small segments too: it is close to the mean of all
        case
            when n_groups = 1 or variance_within is null then mean
            when variance_between + variance_within = 0 then mean
            else
                overall_mean
                + (mean - overall_mean) * variance_between / (variance_between + variance_within / n)
        end as shrunk_mean,
        overall_mean
    from spread
)

select * from final

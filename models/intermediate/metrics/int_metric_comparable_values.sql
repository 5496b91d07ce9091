-- Values of all metrics that can be compared between accounts, ratios of two metrics included.
-- Grain: one row per account_id, scored_on and metric_id.

{{ config(materialized='view') }}

with metrics as (
    select * from {{ ref('metrics') }}
    where aggregation = 'ratio'
),

metric_values as (
    select * from {{ ref('int_metric_window_values') }}
),

final as (
    select
        account_id,
        scored_on,
        metric_id,
        aggregation,
        raw_value,
        n_evidence,
        passed_value,
        passed_evidence,
        squares_within,
        n_within
    from metric_values
    union all
    select
        numerators.account_id,
        numerators.scored_on,
        metrics.metric_id,
        metrics.aggregation,
        numerators.raw_value / nullif(denominators.raw_value, 0.0) as raw_value,
        case when denominators.raw_value > 0.0 then denominators.n_evidence else 0.0 end as n_evidence,
        numerators.passed_value / nullif(denominators.passed_value, 0.0) as passed_value,
        case when denominators.passed_value > 0.0 then denominators.passed_evidence else 0.0 end as passed_evidence,
        null as squares_within,
        null as n_within
    from metrics
    inner join metric_values as numerators on metrics.numerator_metric_id = numerators.metric_id
    inner join metric_values as denominators
        on
            metrics.denominator_metric_id = denominators.metric_id
            and numerators.account_id = denominators.account_id
            and numerators.scored_on = denominators.scored_on
)

select * from final

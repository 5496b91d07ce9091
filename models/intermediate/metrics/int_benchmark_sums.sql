-- Sums of what accounts in the same week of tenure measured on a Sunday, from which later benchmarks are built.
-- Grain: one row per scored_on, segment_attribute, segment_value, metric_id and tenure_week.

{{ config(materialized='incremental', partition_by='scored_on') }}

with readings as (
    select * from {{ ref('int_metric_comparable_values') }}
    where n_evidence >= {{ min_evidence() }} and raw_value is not null
),

spine as (
    select * from {{ ref('int_account_spine') }}
    where is_sunday
),

grouped as (
    select
        readings.scored_on,
        spine.segment_attribute,
        spine.segment_value,
        readings.metric_id,
        spine.tenure_week,
        count(*) as n,
        sum(readings.raw_value) as sum_value,
        sum(readings.raw_value * readings.raw_value) as sum_square,
        -- that old answers count less does not make their mean less sure
        sum(case
            when readings.aggregation = 'mean' then 1.0e0 / (1 + coalesce(readings.n_within, 0))
            else 1.0e0 / readings.n_evidence
        end) as sum_inverse_evidence,
        sum(coalesce(readings.squares_within, 0.0e0)) as squares_within,
        sum(coalesce(readings.n_within, 0)) as n_within
    from readings
    inner join spine on readings.account_id = spine.account_id and readings.scored_on = spine.scored_on
    group by
        readings.scored_on, spine.segment_attribute, spine.segment_value, readings.metric_id, spine.tenure_week
),

-- accounts whose segment is not known are measured by all
final as (
    select * from grouped
    where segment_value not in ('unknown', 'all')
    union all
    select
        scored_on,
        'all' as segment_attribute,
        'all' as segment_value,
        metric_id,
        tenure_week,
        sum(n) as n,
        sum(sum_value) as sum_value,
        sum(sum_square) as sum_square,
        sum(sum_inverse_evidence) as sum_inverse_evidence,
        sum(squares_within) as squares_within,
        sum(n_within) as n_within
    from grouped
    group by scored_on, metric_id, tenure_week
)

select * from final

-- What each metric adds to the score: the only place where points, weights and rounding meet.
-- Grain: one row per account_id, scored_on, rubric_version and metric_id.

with points as (
    select * from {{ ref('int_metric_points') }}
    where is_scored and weight > 0.0
),

-- while one phase blends into the next, both count: their weights add up, their points are averaged by weight
metrics as (
    select
        account_id,
        scored_on,
        rubric_version,
        metric_id,
        has_evidence,
        max(raw_value) as raw_value,
        max(n_evidence) as n_evidence,
        max(reliability_ratio) as reliability_ratio,
        max(estimate) as estimate,
        max(benchmark_kind) as benchmark_kind,
        max(n_peers) as n_peers,
        max(benchmark) as benchmark,
        sum(weight) as weight,
        least(100.0, sum(weight * points) / sum(weight)) as points,
        sum(weight * points_at_low) / sum(weight) as points_at_low,
        sum(weight * points_at_high) / sum(weight) as points_at_high,
        sum(weight * benchmark_points) / sum(weight) as benchmark_points,
        sum(weight * benchmark_points_spread) / sum(weight) as benchmark_points_spread
    from points
    group by account_id, scored_on, rubric_version, metric_id, has_evidence
),

shares as (
    select
        *,
        case when has_evidence then weight end / sum(case when has_evidence then weight end) over (
            partition by account_id, scored_on, rubric_version
        ) as effective_weight
    from metrics
),

final as (
    select
        *,
        -- rounded decimals add up exactly on any engine, in any order
        cast(round(cast(effective_weight * points as decimal(18, 8)), 4) as decimal(9, 4)) as contribution
    from shares
)

select * from final

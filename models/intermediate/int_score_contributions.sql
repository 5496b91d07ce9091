-- What each metric adds to the score: the only place where points, weights and rounding meet.
-- Grain: one row per account_id, scored_on, rubric_version and metric_id.

with points as (
    select * from {{ ref('int_metric_points') }}
    where has_evidence
),

shares as (
    select
        *,
        cast(weight as double) / sum(weight) over (
            partition by account_id, scored_on, rubric_version
        ) as effective_weight
    from points
),

final as (
    select
        account_id,
        scored_on,
        rubric_version,
        metric_id,
        raw_value,
        n_evidence,
        points,
        weight,
        effective_weight,
        -- rounded decimals add up exactly on any engine, in any order
        cast(round(cast(effective_weight * points as decimal(18, 8)), 4) as decimal(9, 4)) as contribution
    from shares
)

select * from final

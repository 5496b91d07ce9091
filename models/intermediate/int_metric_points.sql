-- Points of every metric: its value through the rubric's breakpoints, or the chance of a milestone that is still open.
-- Grain: one row per account_id, scored_on, rubric_version and metric_id.

with metric_values as (
    select
        account_id,
        scored_on,
        metric_id,
        raw_value,
        n_evidence,
        cast(null as double) as open_points
    from {{ ref('int_metric_values') }}
    union all
    select
        account_id,
        scored_on,
        metric_id,
        raw_value,
        n_evidence,
        open_points
    from {{ ref('int_milestone_points') }}
    union all
    select
        numerators.account_id,
        numerators.scored_on,
        metrics.metric_id,
        numerators.raw_value / nullif(denominators.raw_value, 0.0) as raw_value,
        case when denominators.raw_value > 0.0 then denominators.n_evidence else 0.0 end as n_evidence,
        cast(null as double) as open_points
    from {{ ref('metrics') }} as metrics
    inner join {{ ref('int_metric_values') }} as numerators on metrics.numerator_metric_id = numerators.metric_id
    inner join {{ ref('int_metric_values') }} as denominators
        on
            metrics.denominator_metric_id = denominators.metric_id
            and numerators.account_id = denominators.account_id
            and numerators.scored_on = denominators.scored_on
    where metrics.aggregation = 'ratio'
),

spine as (
    select * from {{ ref('int_account_spine') }}
),

rubric as (
    select * from {{ ref('rubric') }}
),

breakpoints as (
    select
        rubric_version,
        profile,
        metric_id,
        value,
        points,
        lead(value) over (partition by rubric_version, profile, metric_id order by value) as next_value,
        lead(points) over (partition by rubric_version, profile, metric_id order by value) as next_points,
        row_number() over (partition by rubric_version, profile, metric_id order by value) as position
    from {{ ref('rubric_breakpoints') }}
),

weighted as (
    select
        metric_values.*,
        rubric.rubric_version,
        spine.profile,
        rubric.weight,
        metric_values.n_evidence >= 0.5
        and coalesce(metric_values.raw_value, metric_values.open_points) is not null as has_evidence
    from metric_values
    inner join spine
        on
            metric_values.account_id = spine.account_id
            and metric_values.scored_on = spine.scored_on
    inner join rubric
        on
            metric_values.metric_id = rubric.metric_id
            and spine.profile = rubric.profile
),

final as (
    select
        weighted.account_id,
        weighted.scored_on,
        weighted.rubric_version,
        weighted.metric_id,
        weighted.raw_value,
        weighted.n_evidence,
        weighted.weight,
        weighted.has_evidence,
        case
            when weighted.raw_value is null then weighted.open_points
            when weighted.raw_value < breakpoints.value or breakpoints.next_value is null then breakpoints.points
            else
                breakpoints.points + (weighted.raw_value - breakpoints.value)
                * (breakpoints.next_points - breakpoints.points) / (breakpoints.next_value - breakpoints.value)
        end as points
    from weighted
    left join breakpoints
        on
            weighted.rubric_version = breakpoints.rubric_version
            and weighted.profile = breakpoints.profile
            and weighted.metric_id = breakpoints.metric_id
            and (breakpoints.position = 1 or weighted.raw_value >= breakpoints.value)
            and (
                breakpoints.next_value is null
                or weighted.raw_value < breakpoints.next_value
                or weighted.raw_value is null
            )
            and (weighted.raw_value is not null or breakpoints.position = 1)
)

select * from final

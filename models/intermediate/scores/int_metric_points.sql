-- Points of every metric in each lifecycle phase: of its estimate, of the ends of its interval, of the benchmark.
-- Grain: one row per account_id, scored_on, rubric_version, lifecycle_phase and metric_id.


with lifecycle_phases as (
    select * from {{ ref('int_account_lifecycle_phases') }}
    where share > 0.0 or share_before > 0.0
),

rubric as (
    select * from {{ ref('int_rubric_metrics') }}
),

measured as (
    select
        account_id,
        scored_on,
        metric_id,
        raw_value,
        n_evidence,
        has_evidence,
        reliability_ratio,
        benchmark_kind,
        n_peers,
        benchmark,
        benchmark_spread,
        estimate,
        standard_error,
        passed_estimate,
        cast(null as double) as open_points,
        cast(null as double) as open_error,
        cast(null as double) as passed_open_points
    from {{ ref('int_metric_estimates') }}
    union all
    select
        account_id,
        scored_on,
        metric_id,
        raw_value,
        n_evidence,
        true as has_evidence,
        reliability_ratio,
        'target' as benchmark_kind,
        cast(0 as bigint) as n_peers,
        target_days as benchmark,
        null as benchmark_spread,
        raw_value as estimate,
        0.0 as standard_error,
        passed_value as passed_estimate,
        open_points,
        sqrt(open_points * (100.0 - open_points)) as open_error,
        passed_open_points
    from {{ ref('int_milestone_points') }}
),

-- the middle nine tenths of what it may be, 1.6449 standard errors on either side; an open milestone ends in 0 or 100
final as (
    select
        lifecycle_phases.account_id,
        lifecycle_phases.scored_on,
        lifecycle_phases.rubric_version,
        lifecycle_phases.lifecycle_phase,
        rubric.metric_id,
        lifecycle_phases.is_scored,
        lifecycle_phases.share * rubric.weight as weight,
        lifecycle_phases.share_before * rubric.weight as weight_before,
        coalesce(measured.has_evidence, false) as has_evidence,
        measured.raw_value,
        coalesce(measured.n_evidence, 0.0) as n_evidence,
        coalesce(measured.reliability_ratio, 0.0) as reliability_ratio,
        measured.estimate,
        measured.benchmark_kind,
        measured.n_peers,
        measured.benchmark,
        coalesce(measured.open_points, {{ piecewise_points('measured.estimate', 'rubric') }}) as points,
        {% for end, errors in [('low', '- ' ~ z_90()), ('high', '+ ' ~ z_90())] %}
        coalesce(
            case
                when measured.open_points is not null
                    then least(100.0, greatest(0.0, measured.open_points {{ errors }} * measured.open_error))
            end,
            {{ piecewise_points('(measured.estimate ' ~ errors ~ ' * measured.standard_error)', 'rubric') }}
        ) as points_at_{{ end }},
        {% endfor %}
        coalesce(measured.passed_open_points, {{ piecewise_points('measured.passed_estimate', 'rubric') }})
            as passed_points,
        {{ piecewise_points('measured.benchmark', 'rubric') }} as benchmark_points,
        abs(
            {{ piecewise_points('(measured.benchmark + measured.benchmark_spread)', 'rubric') }}
            - {{ piecewise_points('(measured.benchmark - measured.benchmark_spread)', 'rubric') }}
        ) / 2.0 as benchmark_points_spread
    from lifecycle_phases
    inner join rubric
        on
            lifecycle_phases.rubric_version = rubric.rubric_version
            and lifecycle_phases.lifecycle_phase = rubric.lifecycle_phase
    left join measured
        on
            lifecycle_phases.account_id = measured.account_id
            and lifecycle_phases.scored_on = measured.scored_on
            and rubric.metric_id = measured.metric_id
)

select * from final

-- Score, its interval and coverage of every scored day, and the band by the score alone.
-- Grain: one row per account_id, scored_on and rubric_version.

{{ config(materialized='incremental', partition_by='scored_on') }}
{% set speaks %}case
            when
                versions.status = 'pilot'
                and instr(concat('|', versions.pilot_segment_values, '|'), concat('|', spine.segment_value, '|')) > 0
                then 1
            when versions.status in ('active', 'retired') then 2
            else 3
        end{% endset %}

with spine as (
    select * from {{ ref('int_account_spine') }}
),

contributions as (
    select * from {{ ref('int_score_contributions') }}
),

versions as (
    select * from {{ ref('rubric_versions') }}
),

bands as (
    select
        *,
        lead(score_from) over (partition by rubric_version order by score_from) as score_below
    from {{ ref('bands') }}
),

-- a missing metric has the distribution of the benchmark, or any of 0 to 100 alike where nothing is known
parts as (
    select
        account_id,
        scored_on,
        rubric_version,
        has_evidence,
        contribution,
        weight,
        weight * reliability_ratio as weight_known,
        power(weight * (points_at_high - points_at_low) / 2.0, 2.0) as square_present,
        weight * weight as square_missing,
        coalesce(benchmark_points, 50.0) as benchmark,
        coalesce(benchmark_points_spread, 28.8675e0) as spread
    from contributions
),

scores as (
    select
        account_id,
        scored_on,
        rubric_version,
        sum(contribution) as score,
        count(contribution) as n_metrics,
        sum(weight) as total_weight,
        sum(case when has_evidence then weight_known else 0.0 end) as weight_known,
        sum(case when has_evidence then square_present else 0.0 end) as squares_present,
        sum(case when has_evidence then 0.0 else square_missing end) as squares_missing,
        sum(case when has_evidence then 0.0 else square_missing * benchmark end) as benchmark_missing,
        sum(case when has_evidence then 0.0 else square_missing * (spread * spread + benchmark * benchmark) end)
            as benchmark_squares_missing
    from parts
    group by account_id, scored_on, rubric_version
),

intervals as (
    select
        *,
        sqrt(greatest(0.0, squares_present + {{ z_90() }} * {{ z_90() }} * (
            benchmark_squares_missing
            - 2.0 * cast(score as double) * benchmark_missing
            + power(cast(score as double), 2.0) * squares_missing
        ))) / total_weight as half_width
    from scores
),

final as (
    select
        spine.account_id,
        spine.scored_on,
        intervals.rubric_version,
        spine.is_sunday,
        cast(intervals.score as decimal(9, 4)) as score,
        {% for end, inside in [('low', 'greatest(0.0, %s - %s)'), ('high', 'least(100.0, %s + %s)')] %}
        case
            when intervals.score is not null then cast(
                round({{ inside % ('cast(intervals.score as double)', 'intervals.half_width') }}, 4) as decimal(9, 4)
            )
        end as score_{{ end }},
        {% endfor %}
        round(intervals.weight_known / intervals.total_weight, 6) as coverage_ratio,
        versions.min_coverage_ratio,
        intervals.n_metrics,
        spine.tenure_days,
        spine.segment_attribute,
        spine.segment_value,
        spine.csm_id,
        spine.lifecycle,
        spine.mrr,
        -- a pilot speaks for the segments it lists, the version in force for all others, a shadow for none
        {{ speaks }} < 3 and row_number() over (
            partition by spine.account_id, spine.scored_on order by {{ speaks }}, intervals.rubric_version
        ) = 1 as is_published,
        bands.band as raw_band
    from intervals
    inner join spine on intervals.account_id = spine.account_id and intervals.scored_on = spine.scored_on
    inner join versions on intervals.rubric_version = versions.rubric_version
    left join bands
        on
            intervals.rubric_version = bands.rubric_version
            and intervals.score >= bands.score_from
            and (bands.score_below is null or intervals.score < bands.score_below)
)

select * from final

-- Every component of the published scores of the last five weeks as a sentence: value, benchmark, contribution.
-- Grain: one row per account_id, scored_on and metric_id.

{{ config(materialized='view') }}

with scores as (
    select
        *,
        cast(floor(tenure_days / 7) as integer) as tenure_week,
        max(scored_on) over () as latest
    from {{ ref('fct_account_scores') }}
    where is_published
),

components as (
    select * from {{ ref('fct_score_components') }}
),

metrics as (
    select * from {{ ref('dim_metrics') }}
),

compared as (
    select
        components.*,
        metrics.name,
        metrics.unit,
        scores.tenure_days,
        scores.tenure_week,
        scores.segment_value,
        components.effective_weight * (components.points - components.benchmark_points) as effect
    from components
    inner join scores
        on
            components.account_id = scores.account_id
            and components.scored_on = scores.scored_on
            and components.rubric_version = scores.rubric_version
    inner join metrics on components.metric_id = metrics.metric_id
    where scores.scored_on > {{ add_days('scores.latest', -35) }}
),

phrased as (
    select
        *,
        case
            when benchmark_kind = 'target' and raw_value is null then concat('not attained on day ', tenure_days)
            when benchmark_kind = 'target' then concat('attained after ', {{ in_words('raw_value', 0) }}, ' days')
            else concat({{ in_words('raw_value', 2) }}, ' (', unit, ')')
        end as measured,
        case benchmark_kind
            when 'target' then concat(' where ', {{ in_words('benchmark', 0) }}, ' days are the target')
            when 'prior'
                then
                    concat(
                        ' where ',
                        {{ in_words('benchmark', 2) }},
                        ' is expected, with too few accounts known to compare'
                    )
            when 'segment'
                then
                    concat(
                        ' where ',
                        {{ in_words('benchmark', 2) }},
                        ' is usual for ',
                        n_peers,
                        ' accounts of ',
                        segment_value,
                        ' in week ', tenure_week
                    )
            when 'all'
                then
                    concat(
                        ' where ',
                        {{ in_words('benchmark', 2) }},
                        ' is usual for ',
                        n_peers,
                        ' accounts in week ',
                        tenure_week
                    )
            else ''
        end as against,
        case
            when effect is null then ''
            when abs(effect) < 0.05 then ', as much as usual'
            else
                concat(
                    ', ',
                    {{ in_words('abs(effect)', 1) }},
                    case when effect > 0 then ' above' else ' below' end,
                    ' usual'
                )
        end as against_benchmark
    from compared
),

final as (
    select
        account_id,
        scored_on,
        rubric_version,
        metric_id,
        contribution,
        effect,
        concat(
            name, ': ', measured, against, '; ', {{ in_words('points', 0) }}, ' of 100 points at ',
            {{ in_words('100.0 * effective_weight', 1) }}, ' % of the score bring ', {{ in_words('contribution', 1) }},
            against_benchmark, '.'
        ) as rationale
    from phrased
)

select * from final

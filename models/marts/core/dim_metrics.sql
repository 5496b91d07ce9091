-- What is measured, how, and its weight in the active rubric.
-- Grain: one row per metric_id.

with metrics as (
    select * from {{ ref('metrics') }}
),

active as (
    select
        rubric.metric_id,
        sum(rubric.weight) as weight,
        max(rubric.rationale) as rationale
    from {{ ref('rubric') }} as rubric
    inner join {{ ref('rubric_versions') }} as versions on rubric.rubric_version = versions.rubric_version
    where
        versions.status = 'active' and rubric.lifecycle_phase = 'onboarding'
        and versions.effective_from <= {{ last_day() }}
        and (versions.effective_to is null or versions.effective_to >= {{ last_day() }})
    group by rubric.metric_id
),

final as (
    select
        metrics.metric_id,
        metrics.name,
        metrics.category,
        metrics.indicator,
        metrics.lead_days,
        metrics.direction,
        metrics.source,
        metrics.aggregation,
        metrics.window_days,
        metrics.half_life_days,
        metrics.evidence_unit,
        metrics.unit,
        metrics.description,
        coalesce(active.weight, 0) as weight,
        active.rationale,
        metrics.owner,
        metrics.version,
        metrics.valid_from
    from metrics
    left join active on metrics.metric_id = active.metric_id
)

select * from final

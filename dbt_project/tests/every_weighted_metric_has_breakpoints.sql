-- A metric that weighs something needs at least one breakpoint to earn points.
{{ config(meta={'dagster': {'ref': {'name': 'rubric_breakpoints'}}}) }}

select
    rubric.rubric_version,
    rubric.profile,
    rubric.metric_id
from {{ ref('rubric') }} as rubric
left join {{ ref('rubric_breakpoints') }} as breakpoints
    on
        rubric.rubric_version = breakpoints.rubric_version
        and breakpoints.profile in ('all', rubric.profile)
        and rubric.metric_id = breakpoints.metric_id
where breakpoints.metric_id is null

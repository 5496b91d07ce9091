-- Weight and breakpoints of every metric of a rubric in one row, so that points are one expression.
-- Grain: one row per rubric_version, lifecycle_phase and metric_id.

with rubric as (
    select * from {{ ref('rubric') }}
),

breakpoints as (
    select
        *,
        lead(value) over (partition by rubric_version, lifecycle_phase, metric_id order by value) as next_value,
        lead(points) over (partition by rubric_version, lifecycle_phase, metric_id order by value) as next_points,
        row_number() over (partition by rubric_version, lifecycle_phase, metric_id order by value) as position
    from {{ ref('rubric_breakpoints') }}
),

-- breakpoints of the lifecycle phase "all" hold for every lifecycle phase that has none of its own for the metric
chosen as (
    select
        rubric.rubric_version,
        rubric.lifecycle_phase,
        rubric.metric_id,
        rubric.weight,
        case when max(own.metric_id) is not null then rubric.lifecycle_phase else 'all' end as breakpoint_profile
    from rubric
    left join {{ ref('rubric_breakpoints') }} as own
        on
            rubric.rubric_version = own.rubric_version
            and rubric.lifecycle_phase = own.lifecycle_phase
            and rubric.metric_id = own.metric_id
    group by rubric.rubric_version, rubric.lifecycle_phase, rubric.metric_id, rubric.weight
),

final as (
    select
        chosen.rubric_version,
        chosen.lifecycle_phase,
        chosen.metric_id,
        chosen.weight,
        {% for k in range(1, max_breakpoints() + 1) %}
        {% if not loop.last %}
        max(case
            when breakpoints.position = {{ k }}
                then
                    (breakpoints.next_points - breakpoints.points) / (breakpoints.next_value - breakpoints.value)
        end) as slope_{{ k }},
        {% endif %}
        max(case when breakpoints.position = {{ k }} then breakpoints.value end) as value_{{ k }},
        {% endfor %}
        max(case when breakpoints.position = 1 then breakpoints.points end) as points_1
    from chosen
    inner join breakpoints
        on
            chosen.rubric_version = breakpoints.rubric_version
            and chosen.breakpoint_profile = breakpoints.lifecycle_phase
            and chosen.metric_id = breakpoints.metric_id
    group by chosen.rubric_version, chosen.lifecycle_phase, chosen.metric_id, chosen.weight
)

select * from final

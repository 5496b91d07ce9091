-- Everything that must be attained for a milestone to count: itself and its prerequisites, up to four steps back.
-- Grain: one row per milestone_id, version and required_milestone_id.

with milestones as (
    select * from {{ ref('milestones') }}
),

chains as (
    select
        milestones.milestone_id,
        milestones.version,
        milestones.milestone_id as self_id,
        first_step.milestone_id as first_id,
        second_step.milestone_id as second_id,
        third_step.milestone_id as third_id,
        third_step.prerequisite_milestone_id as fourth_id
    from milestones
    left join milestones as first_step
        on
            milestones.prerequisite_milestone_id = first_step.milestone_id
            and milestones.version = first_step.version
    left join milestones as second_step
        on
            first_step.prerequisite_milestone_id = second_step.milestone_id
            and first_step.version = second_step.version
    left join milestones as third_step
        on
            second_step.prerequisite_milestone_id = third_step.milestone_id
            and second_step.version = third_step.version
),

final as (
    {% for step in ['self', 'first', 'second', 'third', 'fourth'] %}
    select
        milestone_id,
        version,
        {{ step }}_id as required_milestone_id
    from chains
    where {{ step }}_id is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final

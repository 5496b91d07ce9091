-- Everything that must be attained for a milestone to count, in any of its alternatives, prerequisites included.
-- Grain: one row per milestone_id, version, alternative and required_milestone_id.

-- Prerequisites up to four steps back. A milestone of its own has one alternative; one made of others has its groups.

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

chain_links as (
    {% for step in ['self', 'first', 'second', 'third', 'fourth'] %}
    select
        milestone_id,
        version,
        {{ step }}_id as required_milestone_id
    from chains
    where {{ step }}_id is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

members as (
    select * from {{ ref('milestone_groups') }}
),

alternatives as (
    select distinct milestone_id, version, group_number
    from members
),

final as (
    select
        chain_links.milestone_id,
        chain_links.version,
        coalesce(alternatives.group_number, 1) as alternative,
        chain_links.required_milestone_id
    from chain_links
    left join alternatives
        on chain_links.milestone_id = alternatives.milestone_id and chain_links.version = alternatives.version
    where alternatives.milestone_id is null or chain_links.required_milestone_id <> chain_links.milestone_id
    union
    select
        members.milestone_id,
        members.version,
        members.group_number as alternative,
        chain_links.required_milestone_id
    from members
    inner join chain_links
        on
            members.member_milestone_id = chain_links.milestone_id
            and members.version = chain_links.version
)

select * from final

-- A milestone counts an action or is made of others; those others, and what it presupposes, are not made of others.
{{ config(meta={'dagster': {'ref': {'name': 'milestone_groups'}}}) }}

with milestones as (
    select * from {{ ref('milestones') }}
),

members as (
    select * from {{ ref('milestone_groups') }}
)

select milestones.milestone_id, milestones.version, 'neither a criterion nor groups, or both' as problem
from milestones
left join (select distinct milestone_id, version from members) as composed
    on milestones.milestone_id = composed.milestone_id and milestones.version = composed.version
where (milestones.min_count is null) <> (composed.milestone_id is not null)
union all
select
    members.milestone_id, members.version, concat('no criterion of its own: ', members.member_milestone_id) as problem
from members
left join milestones
    on
        members.member_milestone_id = milestones.milestone_id
        and members.version = milestones.version
where milestones.min_count is null
union all
select milestones.milestone_id, milestones.version, 'presupposes a milestone made of others' as problem
from milestones
inner join members
    on
        milestones.prerequisite_milestone_id = members.milestone_id
        and milestones.version = members.version

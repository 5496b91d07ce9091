-- A milestone without a target for the total could never be late.
{{ config(meta={'dagster': {'ref': {'name': 'milestone_targets'}}}) }}

select
    milestones.milestone_id,
    milestones.version
from {{ ref('milestones') }} as milestones
left join {{ ref('milestone_targets') }} as targets
    on
        milestones.milestone_id = targets.milestone_id
        and milestones.version = targets.version
        and targets.segment_attribute = 'all'
        and targets.target_days is not null
where targets.milestone_id is null and milestones.is_step

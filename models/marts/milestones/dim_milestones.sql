-- The steps an account must reach for early value, as defined in each version.
-- Grain: one row per milestone_id and version.

with milestones as (
    select * from {{ ref('milestones') }}
),

targets as (
    select * from {{ ref('milestone_targets') }}
    where segment_attribute = 'all'
),

final as (
    select
        milestones.milestone_id,
        milestones.version,
        milestones.sequence,
        milestones.name,
        milestones.kind,
        milestones.action,
        milestones.min_count,
        milestones.min_users,
        milestones.min_active_days,
        milestones.within_days,
        milestones.prerequisite_milestone_id,
        milestones.is_step,
        milestones.is_optional,
        milestones.owner_role,
        targets.target_days,
        milestones.success_statement,
        milestones.owner,
        milestones.rationale,
        milestones.valid_from,
        milestones.valid_to
    from milestones
    left join targets
        on milestones.milestone_id = targets.milestone_id and milestones.version = targets.version
)

select * from final

-- Which events count towards a milestone, by name: worked out once per name, not once per row.
-- Grain: one row per milestone_id, version, event_name and product_line.

with milestones as (
    select * from {{ ref('milestones') }}
),

actions as (
    select * from {{ ref('int_event_name_actions') }}
),

final as (
    select
        milestones.milestone_id,
        milestones.version,
        actions.event_name,
        actions.product_line,
        milestones.min_users,
        milestones.min_active_days,
        milestones.within_days,
        milestones.valid_from,
        milestones.valid_to
    from milestones
    inner join actions on milestones.action is null or milestones.action = actions.action
)

select * from final

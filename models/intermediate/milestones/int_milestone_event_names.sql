-- Which events count towards a milestone, by name: evaluated once per name, not once per row.
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
        -- where one use is enough no day before it matters: what was met earlier is known from earlier builds
        case
            when milestones.min_count <= 1 and milestones.min_users <= 1 and milestones.min_active_days <= 1 then 1
            else milestones.within_days
        end as within_days,
        milestones.valid_from,
        milestones.valid_to
    from milestones
    inner join actions on milestones.action is null or milestones.action = actions.action
    where milestones.min_count is not null
)

select * from final

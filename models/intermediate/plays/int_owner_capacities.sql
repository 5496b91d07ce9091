-- Hours of the week that each person has left for tasks: those spent since Monday are taken off.
-- Grain: one row per owner_id.

{% set monday = add_days(last_day(), '-1 * mod(' ~ day_of_week(last_day()) ~ ' + 6, 7)') %}

with people as (
    select * from {{ ref('csms') }}
),

spent as (
    select
        owner_id,
        sum(effort_hours) as hours_spent
    from {{ ref('int_task_states') }}
    where status = 'done' and closed_on >= {{ monday }}
    group by owner_id
),

final as (
    select
        people.csm_id as owner_id,
        people.name,
        people.role,
        greatest(0.0, people.capacity_hours_per_week - coalesce(spent.hours_spent, 0.0)) as hours_left
    from people
    left join spent on people.csm_id = spent.owner_id
    where people.capacity_hours_per_week is not null
)

select * from final

-- Who could take what fits into nobody's week: accounts without a CSM, and those whose tasks a full week cuts off.
-- Grain: one row per account_id.

-- Each CSM's free hours make room for so many accounts of the largest size that is to be placed. The dearest account
-- takes the first place, of the freest CSM, the next one that of the next: books fill evenly, none beyond its week.

with worklists as (
    select worklists.*
    from {{ ref('int_worklists') }} as worklists
    inner join {{ ref('plays') }} as plays on worklists.play_id = plays.play_id and plays.owner_role = 'csm'
),

people as (
    select * from {{ ref('csms') }}
    where role = 'csm' and capacity_hours_per_week is not null
),

needed as (
    select
        account_id,
        min(owner_id) as from_owner_id,
        max(cut_reason) as reason,
        count(*) as n_tasks,
        sum(effort_hours) as hours,
        max(value_at_stake) as value_at_stake
    from worklists
    where cut_reason is not null
    group by account_id
),

placed as (
    select
        *,
        row_number() over (order by value_at_stake desc, account_id asc) as place,
        max(hours) over () as most_hours
    from needed
),

free as (
    select
        people.csm_id,
        people.name,
        round(
            people.capacity_hours_per_week
            - coalesce(max(people.capacity_hours_per_week - worklists.hours_left), 0.0)
            - coalesce(sum(case when worklists.cut_reason is null then worklists.effort_hours end), 0.0), 6
        ) as hours
    from people
    left join worklists on people.csm_id = worklists.owner_id
    group by people.csm_id, people.name, people.capacity_hours_per_week
),

rooms as (
    select
        free.csm_id,
        free.name,
        row_number() over (order by placed.place asc, free.hours desc, free.csm_id asc) as place
    from free
    inner join placed on round(placed.place * placed.most_hours, 6) <= free.hours
),

final as (
    select
        placed.account_id,
        placed.from_owner_id,
        placed.reason,
        placed.n_tasks,
        placed.hours,
        placed.value_at_stake,
        rooms.csm_id as to_csm_id,
        rooms.name as to_csm_name
    from placed
    left join rooms on placed.place = rooms.place
)

select * from final

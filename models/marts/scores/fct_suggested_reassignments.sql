-- Suggested owners for what fits into nobody's week: accounts without a CSM, and tasks beyond a full week.
-- Grain: one row per account_id.

-- Each CSM's free hours make room for so many accounts of the largest size that is to be placed. The dearest account
-- takes the first place, of the CSM with most free hours, the next one that of the next: weeks fill evenly, none beyond
-- its hours.

with worklists as (
    select * from {{ ref('int_worklists') }}
),

plays as (
    select * from {{ ref('plays') }}
),

weeks as (
    select * from {{ ref('int_owner_capacities') }}
    where role = 'csm'
),

needed as (
    select
        worklists.account_id,
        min(worklists.owner_id) as from_owner_id,
        max(worklists.cut_reason) as reason,
        count(*) as n_tasks,
        sum(worklists.effort_hours) as hours,
        max(worklists.value_at_stake) as value_at_stake
    from worklists
    inner join plays on worklists.play_id = plays.play_id
    where worklists.cut_reason is not null and plays.owner_role = 'csm'
    group by worklists.account_id
),

placed as (
    select
        *,
        row_number() over (order by value_at_stake desc, account_id asc) as place,
        max(hours) over () as most_hours
    from needed
),

taken as (
    select
        owner_id,
        sum(effort_hours) as hours
    from worklists
    where cut_reason is null
    group by owner_id
),

free as (
    select
        weeks.owner_id as csm_id,
        weeks.name,
        round(weeks.hours_left - coalesce(taken.hours, 0.0), 6) as hours
    from weeks
    left join taken on weeks.owner_id = taken.owner_id
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

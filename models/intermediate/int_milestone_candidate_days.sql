-- Days on which a milestone may have been met: none later than the day the timely rows alone meet it.
-- Grain: one row per account_id, milestone_id, version and event_date.

-- A use enters the rolling window on its day and leaves it within_days later, so running sums of both tell what the
-- window holds on any day without joining days to days; a person leaves only when not seen again meanwhile.
{% set path = 'account_id, milestone_id, version' %}

with milestones as (
    select * from {{ ref('milestones') }}
),

milestone_days as (
    select
        milestone_days.account_id,
        milestone_days.milestone_id,
        milestone_days.version,
        coalesce(milestone_days.user_id, '') as user_id,
        milestone_days.event_date,
        milestone_days.known_on,
        milestone_days.n,
        milestones.within_days
    from {{ ref('int_milestone_days') }} as milestone_days
    inner join milestones
        on milestone_days.milestone_id = milestones.milestone_id and milestone_days.version = milestones.version
),

days as (
    select {{ path }}, event_date, min(within_days) as within_days
    from milestone_days
    group by {{ path }}, event_date
),

timely as (
    select * from milestone_days
    where known_on <= event_date
),

user_gaps as (
    select
        {{ path }},
        event_date,
        within_days,
        {{ days_between('lag(event_date) over user_days', 'event_date') }} as days_since,
        {{ days_between('event_date', 'lead(event_date) over user_days') }} as days_until
    from timely
    window user_days as (partition by {{ path }}, user_id order by event_date)
),

changes as (
    select {{ path }}, event_date as changed_on, n, 0 as n_users, 0 as n_days from timely
    union all
    select {{ path }}, {{ add_days('event_date', 'within_days') }} as changed_on, -1 * n as n, 0 as n_users, 0 as n_days
    from timely
    where within_days is not null
    union all
    select {{ path }}, event_date as changed_on, 0 as n, 0 as n_users, 1 as n_days from timely
    group by {{ path }}, event_date
    union all
    select {{ path }}, {{ add_days('event_date', 'within_days') }} as changed_on, 0 as n, 0 as n_users, -1 as n_days
    from timely
    where within_days is not null
    group by {{ path }}, event_date, within_days
    union all
    select {{ path }}, event_date as changed_on, 0 as n, 1 as n_users, 0 as n_days from user_gaps
    where days_since is null or days_since >= within_days
    union all
    select {{ path }}, {{ add_days('event_date', 'within_days') }} as changed_on, 0 as n, -1 as n_users, 0 as n_days
    from user_gaps
    where within_days is not null and (days_until is null or days_until >= within_days)
),

daily as (
    select {{ path }}, changed_on, sum(n) as n, sum(n_users) as n_users, sum(n_days) as n_days
    from changes
    group by {{ path }}, changed_on
),

running as (
    select
        {{ path }},
        changed_on,
        sum(n) over (partition by {{ path }} order by changed_on) as n,
        sum(n_users) over (partition by {{ path }} order by changed_on) as n_users,
        sum(n_days) over (partition by {{ path }} order by changed_on) as n_days
    from daily
),

met as (
    select running.account_id, running.milestone_id, running.version, min(running.changed_on) as met_on
    from running
    inner join milestones
        on running.milestone_id = milestones.milestone_id and running.version = milestones.version
    where
        running.n >= milestones.min_count
        and running.n_users >= milestones.min_users
        and running.n_days >= milestones.min_active_days
    group by running.account_id, running.milestone_id, running.version
),

final as (
    select days.account_id, days.milestone_id, days.version, days.event_date
    from days
    left join met
        on
            days.account_id = met.account_id
            and days.milestone_id = met.milestone_id
            and days.version = met.version
    where met.met_on is null or days.event_date <= met.met_on
)

select * from final

-- Days on which the count and active days of a milestone were reached, people aside, while it may be the first.
-- Grain: one row per account_id, milestone_id, version and event_date.

-- A use enters the rolling window on its day and leaves it within_days later, so running sums of both give what the
-- window holds on any day without joining days to days.
{% set path = 'account_id, milestone_id, version' %}
{% set so_far = 'over (partition by account_id, milestone_id, version order by event_date)' %}

with milestones as (
    select * from {{ ref('milestones') }}
),

-- days in a row that are enough by themselves, whatever came before: no day after them can be the first; in a rolling
-- window they must fit, without one any number of days would do
enough as (
    select
        use_days.account_id,
        use_days.milestone_id,
        use_days.version,
        max(use_days.event_date) as last_date
    from {{ ref('int_milestone_account_days') }} as use_days
    inner join milestones
        on use_days.milestone_id = milestones.milestone_id and use_days.version = milestones.version
    where milestones.min_users <= 1
    group by
        use_days.account_id,
        use_days.milestone_id,
        use_days.version,
        floor({{ days_between("date '2000-01-01'", 'use_days.event_date') }} / coalesce(milestones.within_days, 28))
    having
        sum(use_days.n_timely) >= min(milestones.min_count)
        and sum(use_days.n_timely_days) >= min(milestones.min_active_days)
),

bounds as (
    select
        {{ path }},
        min(last_date) as last_date
    from enough
    group by {{ path }}
),

use_days as (
    select use_days.*
    from {{ ref('int_milestone_account_days') }} as use_days
    left join bounds
        on
            use_days.account_id = bounds.account_id
            and use_days.milestone_id = bounds.milestone_id
            and use_days.version = bounds.version
    where bounds.last_date is null or use_days.event_date <= bounds.last_date
),

changes as (
    select
        {{ path }},
        event_date,
        n,
        n_timely,
        1 as n_days,
        n_timely_days,
        1 as is_use_day
    from use_days
    union all
    select
        {{ path }},
        {{ add_days('event_date', 'within_days') }} as event_date,
        -1 * n as n,
        -1 * n_timely as n_timely,
        -1 as n_days,
        -1 * n_timely_days as n_timely_days,
        0 as is_use_day
    from use_days
    where within_days is not null
),

-- days of the same date are peers: each sees all that enters and leaves on it
running as (
    select
        {{ path }},
        event_date,
        is_use_day,
        sum(n) {{ so_far }} as n,
        sum(n_timely) {{ so_far }} as n_timely,
        sum(n_days) {{ so_far }} as n_days,
        sum(n_timely_days) {{ so_far }} as n_timely_days
    from changes
),

final as (
    select
        running.account_id,
        running.milestone_id,
        running.version,
        running.event_date,
        running.n_timely >= milestones.min_count
        and running.n_timely_days >= milestones.min_active_days as is_timely
    from running
    inner join milestones
        on running.milestone_id = milestones.milestone_id and running.version = milestones.version
    where
        running.is_use_day = 1
        and running.n >= milestones.min_count
        and running.n_days >= milestones.min_active_days
)

select * from final

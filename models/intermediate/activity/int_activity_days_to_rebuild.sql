-- Days whose activity this build computes again: something was learned about them, an account or an event name.
-- Grain: one row per activity_date.

with learned as (
    select event_date as activity_date
    from {{ ref('int_event_days') }}
    where known_on between {{ first_day() }} and {{ last_day() }}
),

accounts as (
    select account_id
    from {{ ref('int_account_starts') }}
    where known_on between {{ first_day() }} and {{ last_day() }}
    union
    select account_id
    from {{ ref('int_account_exclusions') }}
    where
        excluded_from between {{ first_day() }} and {{ last_day() }}
        or excluded_until between {{ first_day() }} and {{ last_day() }}
),

event_names as (
    select * from {{ ref('int_event_name_changes') }}
    where changed_on between {{ first_day() }} and {{ last_day() }}
),

people as (
    select distinct user_id
    from {{ ref('int_person_spells') }}
    where known_from between {{ first_day() }} and {{ last_day() }}
),

final as (
    select activity_date from learned
    union
    select event_days.event_date as activity_date
    from {{ ref('int_event_days') }} as event_days
    inner join people on event_days.user_id = people.user_id
    union
    select event_days.event_date as activity_date
    from {{ ref('int_event_days') }} as event_days
    inner join accounts on event_days.account_id = accounts.account_id
    union
    select event_days.event_date as activity_date
    from {{ ref('int_event_days') }} as event_days
    inner join event_names
        on
            {{ same_event_name('event_days', 'event_names') }}
)

select * from final

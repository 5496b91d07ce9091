-- Event days that can count towards a milestone: of its accounts, since they signed up, as known to this build.
-- Grain: one row per account_id, milestone_id, version, user_id, event_name, product_line, event_date and known_on.

{{ config(materialized='view') }}

with event_days as (
    select * from {{ ref('int_event_days') }}
    where known_on <= {{ last_day() }}
),

names as (
    select * from {{ ref('int_milestone_event_names') }}
),

-- in which versions of a milestone an account is, and which events count: as its start is known now, and was before
accounts as (
    select
        versions.account_id,
        versions.started_date,
        least(cast(versions.signed_up_at as date), starts.signed_up_date) as signed_up_date,
        case when cast(versions.signed_up_at as date) < starts.signed_up_date then starts.signed_up_date end
            as first_signed_up_date,
        versions.known_from
    from {{ ref('int_account_start_versions') }} as versions
    inner join {{ ref('int_account_starts') }} as starts on versions.account_id = starts.account_id
    where
        versions.known_from <= {{ last_day() }}
        and (versions.known_to is null or versions.known_to > {{ last_day() }})
),

-- accounts of which this build learned something; a rolling window reaches back from the first day it is about
learned as (
    select
        account_id,
        min(event_date) as first_date
    from {{ ref('int_event_days') }}
    where known_on between {{ first_day() }} and {{ last_day() }}
    group by account_id
),

final as (
    select
        event_days.account_id,
        names.milestone_id,
        names.version,
        event_days.user_id,
        event_days.event_name,
        event_days.product_line,
        -- without a window, everything before is put on the day before: only its total matters
        case
            when
                names.within_days is null
                and names.min_active_days <= 1
                and event_days.event_date < learned.first_date
                then {{ add_days('learned.first_date', -1) }}
            else event_days.event_date
        end as event_date,
        case
            when event_days.event_date < accounts.first_signed_up_date
                then greatest(event_days.known_on, accounts.known_from)
            else event_days.known_on
        end as known_on,
        event_days.n,
        names.min_users,
        names.within_days
    from event_days
    inner join names
        on
            {{ same_event_name('event_days', 'names') }}
    inner join accounts
        on
            event_days.account_id = accounts.account_id
            and event_days.event_date >= accounts.signed_up_date
            and accounts.started_date >= names.valid_from
            and (names.valid_to is null or accounts.started_date <= names.valid_to)
    inner join learned
        on
            event_days.account_id = learned.account_id
            and (
                names.within_days is null
                or event_days.event_date > {{ add_days('learned.first_date', '-1 * names.within_days') }}
            )
)

select * from final

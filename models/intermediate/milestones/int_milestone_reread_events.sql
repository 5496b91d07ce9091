-- Landed events of the account-days on which a milestone was met, read again for the exact time.
-- Grain: one row per account_id, milestone_id, version, known_from and event_id.

with event_names as (
    select * from {{ ref('int_milestone_event_names') }}
),

crossings as (
    select * from {{ ref('int_milestone_crossings') }}
    where known_from between {{ first_day() }} and {{ last_day() }}
),

-- late rows reach back a few days; of what arrives later still only the day is known
events as (
    select * from {{ ref('stg_events') }}
    where known_on between {{ add_days(first_day(), -1 * read_back_days()) }} and {{ last_day() }}
),

matched as (
    select
        crossings.account_id,
        crossings.milestone_id,
        crossings.version,
        crossings.met_on,
        crossings.known_from,
        event_names.within_days,
        events.event_id,
        coalesce(people.person_id, events.user_id) as user_id,
        events.occurred_at,
        events.n,
        row_number() over (
            partition by
                crossings.milestone_id, crossings.version, crossings.known_from, events.source_id, events.event_id
            order by events.known_on
        ) as copy_number
    from crossings
    inner join event_names
        on crossings.milestone_id = event_names.milestone_id and crossings.version = event_names.version
    inner join events
        on
            crossings.account_id = events.account_id
            and crossings.met_on = events.event_date
            and crossings.known_from >= events.known_on
            and {{ same_event_name('events', 'event_names') }}
    left join {{ ref('int_person_spells') }} as people
        on
            events.user_id = people.user_id
            and crossings.known_from >= people.known_from
            and (people.known_to is null or crossings.known_from < people.known_to)
),

users_before as (
    select distinct
        matched.account_id,
        matched.milestone_id,
        matched.version,
        matched.known_from,
        milestone_days.user_id
    from (
        select distinct account_id, milestone_id, version, met_on, known_from, within_days from matched
    ) as matched
    inner join {{ ref('int_milestone_user_days') }} as milestone_days
        on
            matched.account_id = milestone_days.account_id
            and matched.milestone_id = milestone_days.milestone_id
            and matched.version = milestone_days.version
            and matched.met_on > milestone_days.event_date
            and matched.known_from >= milestone_days.known_on
            and (
                matched.within_days is null
                or {{ days_between('milestone_days.event_date', 'matched.met_on') }} < matched.within_days
            )
),

final as (
    select
        matched.account_id,
        matched.milestone_id,
        matched.version,
        matched.known_from,
        matched.event_id,
        matched.occurred_at,
        matched.n,
        case
            when
                users_before.account_id is null
                and row_number() over (
                    partition by
                        matched.account_id, matched.milestone_id, matched.version, matched.known_from, matched.user_id
                    order by matched.occurred_at, matched.event_id
                ) = 1
                then 1
            else 0
        end as is_new_user
    from matched
    left join users_before
        on
            matched.account_id = users_before.account_id
            and matched.milestone_id = users_before.milestone_id
            and matched.version = users_before.version
            and matched.known_from = users_before.known_from
            and coalesce(matched.user_id, '') = coalesce(users_before.user_id, '')
    where matched.copy_number = 1
)

select * from final

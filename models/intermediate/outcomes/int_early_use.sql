-- What the people of an account did on each day before a landmark, as known at it.
-- Grain: one row per account_id, landmark_day, action, user_id and event_date.

with landmarks as (
    select * from {{ ref('int_account_landmarks') }}
),

event_days as (
    select * from {{ ref('int_event_days') }}
),

actions as (
    select * from {{ ref('int_event_name_actions') }}
),

people as (
    select * from {{ ref('int_person_spells') }}
),

final as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        actions.action,
        coalesce(people.person_id, event_days.user_id) as user_id,
        event_days.event_date,
        cast(sum(event_days.n) as bigint) as n
    from landmarks
    inner join event_days
        on
            landmarks.account_id = event_days.account_id
            and event_days.event_date >= landmarks.started_date
            and event_days.event_date < landmarks.landmark_date
            and event_days.known_on <= landmarks.landmark_date
    inner join actions on {{ same_event_name('event_days', 'actions') }}
    left join people
        on
            event_days.user_id = people.user_id
            and landmarks.landmark_date >= people.known_from
            and (people.known_to is null or landmarks.landmark_date < people.known_to)
    group by
        landmarks.account_id, landmarks.landmark_day, actions.action, coalesce(people.person_id, event_days.user_id),
        event_days.event_date
)

select * from final

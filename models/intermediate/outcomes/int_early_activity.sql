-- How much an account used the product by a landmark, whatever it did there.
-- Grain: one row per account_id and landmark_day.

with landmarks as (
    select * from {{ ref('int_account_landmarks') }}
),

early_use as (
    select * from {{ ref('int_early_use') }}
),

action_days as (
    select
        account_id,
        landmark_day,
        sum(n_days) as n_action_days
    from {{ ref('int_early_actions') }}
    group by account_id, landmark_day
),

activity as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        cast(coalesce(sum(early_use.n), 0) as bigint) as n_events,
        count(distinct early_use.event_date) as n_active_days,
        count(distinct early_use.user_id) as n_people,
        count(distinct early_use.action) as n_actions,
        count(distinct case
            when early_use.event_date >= {{ add_days('landmarks.landmark_date', -7) }} then early_use.event_date
        end) as n_active_days_last_week,
        count(distinct case
            when early_use.event_date <= {{ add_days('landmarks.started_date', 6) }} then early_use.action
        end) as n_actions_first_week,
        min({{ days_between('landmarks.started_date', 'early_use.event_date') }}) as days_to_first_use,
        min({{ days_between('early_use.event_date', 'landmarks.landmark_date') }}) as days_since_use
    from landmarks
    left join early_use on {{ same_keys('landmarks', 'early_use', ['account_id', 'landmark_day']) }}
    group by landmarks.account_id, landmarks.landmark_day
),

final as (
    select
        activity.*,
        cast(coalesce(action_days.n_action_days, 0) as bigint) as n_action_days
    from activity
    left join action_days on {{ same_keys('activity', 'action_days', ['account_id', 'landmark_day']) }}
)

select * from final

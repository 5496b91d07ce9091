-- When each account comes to a landmark of the back-test, and when the horizon after it is over.
-- Grain: one row per account_id, landmark_day and horizon_days.

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
    where lifecycle <> 'none' and started_date > {{ add_days(last_day(), -1095) }}
),

landmarks as (
    {{ back_test_cases() }}
),

final as (
    select
        accounts.account_id,
        accounts.started_date,
        accounts.has_churned,
        accounts.ended_on,
        landmarks.landmark_day,
        landmarks.horizon_days,
        {{ add_days('accounts.started_date', 'landmarks.landmark_day') }} as landmark_date,
        {{ add_days('accounts.started_date', 'landmarks.landmark_day + landmarks.horizon_days') }} as horizon_date
    from accounts
    cross join landmarks
)

select * from final

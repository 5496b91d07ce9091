-- Accounts that the back-test cannot judge yet, by the day on which it can: more losses are to be expected among them.
-- Grain: one row per landmark_day, horizon_days, segment_attribute, segment_value and horizon_date.

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
    where lifecycle <> 'none'
),

landmarks as (
    {{ back_test_cases() }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

placed as (
    select
        accounts.account_id,
        accounts.ended_on,
        landmarks.landmark_day,
        landmarks.horizon_days,
        {{ add_days('accounts.started_date', 'landmarks.landmark_day') }} as landmark_date,
        {{ add_days('accounts.started_date', 'landmarks.landmark_day + landmarks.horizon_days') }} as horizon_date
    from accounts
    cross join landmarks
),

counted as (
    select
        placed.landmark_day,
        placed.horizon_days,
        groups.segment_attribute,
        groups.segment_value,
        placed.horizon_date,
        count(*) as n
    from placed
    inner join groups on placed.account_id = groups.account_id
    where placed.horizon_date > {{ last_day() }} and (placed.ended_on is null or placed.ended_on > placed.landmark_date)
    group by
        placed.landmark_day, placed.horizon_days, groups.segment_attribute, groups.segment_value, placed.horizon_date
),

final as (
    select
        landmark_day,
        horizon_days,
        segment_attribute,
        segment_value,
        horizon_date,
        cast(sum(n) over (
            partition by landmark_day, horizon_days, segment_attribute, segment_value order by horizon_date
        ) as bigint) as n_until_then
    from counted
)

select * from final

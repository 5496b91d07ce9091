-- Accounts that the back-test cannot judge yet, by the day on which it can: more losses are to be expected among them.
-- Grain: one row per landmark_day, horizon_days, segment_attribute, segment_value and horizon_date.

with landmarks as (
    select * from {{ ref('int_validation_landmarks') }}
    where horizon_date > {{ last_day() }} and (ended_on is null or ended_on > landmark_date)
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

counted as (
    select
        landmarks.landmark_day,
        landmarks.horizon_days,
        groups.segment_attribute,
        groups.segment_value,
        landmarks.horizon_date,
        count(*) as n
    from landmarks
    inner join groups on landmarks.account_id = groups.account_id
    group by
        landmarks.landmark_day, landmarks.horizon_days, groups.segment_attribute, groups.segment_value,
        landmarks.horizon_date
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

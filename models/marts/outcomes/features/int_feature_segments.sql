-- The segments of an account at a landmark: of each attribute the first value that was known by then.
-- Grain: one row per account_id, landmark_day and segment_attribute.

with landmarks as (
    select * from {{ ref('int_account_landmarks') }}
),

placed as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        account_segments.segment_attribute,
        account_segments.segment_value,
        row_number() over (
            partition by landmarks.account_id, landmarks.landmark_day, account_segments.segment_attribute
            order by account_segments.known_on
        ) as place
    from landmarks
    inner join {{ ref('int_account_segments') }} as account_segments
        on
            landmarks.account_id = account_segments.account_id
            and account_segments.known_on <= landmarks.landmark_date
            and not account_segments.is_placeholder
),

final as (
    select
        account_id,
        landmark_day,
        segment_attribute,
        segment_value
    from placed
    where place = 1
)

select * from final

-- Events and censored accounts of each segment by days since the start.
-- Grain: one row per endpoint, segment_attribute, segment_value and duration_days.

with endpoints as (
    select * from {{ ref('int_account_endpoints') }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

counted as (
    select
        endpoints.endpoint,
        groups.segment_attribute,
        groups.segment_value,
        groups.is_too_small,
        endpoints.duration_days,
        endpoints.is_event,
        endpoints.has_left,
        1 as is_account
    from endpoints
    inner join groups on endpoints.account_id = groups.account_id
    union all
    -- every curve begins on day 0, when nothing has happened yet
    select distinct
        endpoints.endpoint, groups.segment_attribute, groups.segment_value, groups.is_too_small,
        0 as duration_days, 0 as is_event, 0 as has_left, 0 as is_account
    from endpoints
    inner join groups on endpoints.account_id = groups.account_id
),

final as (
    select
        endpoint,
        segment_attribute,
        segment_value,
        is_too_small,
        duration_days,
        sum(is_account) as n_ended,
        sum(is_event) as n_events,
        sum(has_left) as n_left
    from counted
    group by endpoint, segment_attribute, segment_value, is_too_small, duration_days
)

select * from final

-- Product events as landed; int_event_days reads them once; others only ids or a few account-days.
-- Grain: one row per source_id, event_id and known_on.

with landed as (
    select * from {{ source('lake', 'events') }}
),

final as (
    select
        event_id,
        account_id,
        user_id,
        event_name,
        product_line,
        occurred_at,
        cast(occurred_at as date) as event_date,
        coalesce(n, 1) as n,
        properties,
        source_id,
        known_on
    from landed
)

select * from final

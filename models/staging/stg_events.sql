-- Product events as landed; int_event_days reads them once; others only ids or a few account-days.
-- Grain: one row per source_id, event_id and known_on.

with landed as (
    select * from {{ source('lake', 'events') }}
),

final as (
    select
        landed.event_id,
        coalesce(aliases.account_id, landed.account_id) as account_id,
        coalesce(people.user_id, landed.user_id) as user_id,
        landed.event_name,
        landed.product_line,
        landed.occurred_at,
        cast(landed.occurred_at as date) as event_date,
        coalesce(landed.n, 1) as n,
        landed.properties,
        landed.source_id,
        landed.known_on
    from landed
    {{ alias_of('landed') }}
    {{ person_of('landed') }}
)

select * from final

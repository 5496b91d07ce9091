-- The one pass over events: counts per day with the day they became known, so that any past day can be computed.
-- Grain: one row per account_id, user_id, event_name, product_line, event_date and known_on.

{{ config(materialized='incremental', partition_by='known_on') }}

with events as (
    select * from {{ ref('stg_events') }}
    where known_on between {{ first_day() }} and {{ last_day() }}
),

resent as (
    select * from {{ ref('int_resent_events') }}
),

first_sent as (
    select events.*
    from events
    left join resent
        on
            events.source_id = resent.source_id
            and events.event_id = resent.event_id
            and events.known_on = resent.known_on
    where resent.event_id is null
),

final as (
    select
        account_id,
        user_id,
        event_name,
        product_line,
        event_date,
        known_on,
        cast(sum(n) as bigint) as n,
        min(occurred_at) as first_at
    from first_sent
    group by account_id, user_id, event_name, product_line, event_date, known_on
)

select * from final

-- The one pass over events: counts per day, with the day they became known, so that any past day can be told.
-- Grain: one row per account_id, user_id, event_name, product_line, event_date and known_on.

{{ config(materialized='incremental', incremental_strategy='append', partition_by='known_on', pre_hook="{{ clear_window('known_on') }}") }}

with events as (
    select * from {{ ref('stg_events') }}
    where known_on between {{ first_day() }} and {{ last_day() }}
),

-- an event can only be sent again on a later day than it happened, so the few late rows are all there is to compare
earlier as (
    select
        source_id,
        event_id,
        known_on
    from {{ ref('stg_events') }}
    where known_on between {{ add_days(first_day(), -7) }} and {{ last_day() }}
),

sent_again as (
    select distinct
        late.source_id,
        late.event_id,
        late.known_on
    from events as late
    inner join earlier
        on
            late.source_id = earlier.source_id
            and late.event_id = earlier.event_id
            and earlier.known_on < late.known_on
            and earlier.known_on >= {{ add_days('late.known_on', -7) }}
    where late.event_date < late.known_on
),

first_sent as (
    select events.*
    from events
    left join sent_again
        on
            events.source_id = sent_again.source_id
            and events.event_id = sent_again.event_id
            and events.known_on = sent_again.known_on
    where sent_again.event_id is null
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

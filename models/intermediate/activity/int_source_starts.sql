-- Since when each kind of input has been received: before that its metrics are missing, not zero.
-- Grain: one row per source.

with starts as (
    select 'events' as source, min(known_on) as observed_from from {{ ref('int_event_days') }}
    union all
    select 'tickets' as source, min(known_on) as observed_from from {{ ref('stg_tickets') }}
    union all
    select 'survey_responses' as source, min(known_on) as observed_from from {{ ref('stg_survey_responses') }}
),

final as (
    select * from starts
    where observed_from is not null
)

select * from final

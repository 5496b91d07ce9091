-- Event days mapped to actions; a changed taxonomy applies to all history without reading events again.
-- Grain: one row per account_id, user_id, event_name, product_line, event_date and known_on.

{{ config(materialized='view') }}

with event_days as (
    select * from {{ ref('int_event_days') }}
),

actions as (
    select * from {{ ref('int_event_name_actions') }}
),

-- as known on the last day
people as (
    select * from {{ ref('int_person_spells') }}
    where known_from <= {{ last_day() }} and (known_to is null or known_to > {{ last_day() }})
),

final as (
    select
        event_days.account_id,
        coalesce(people.person_id, event_days.user_id) as user_id,
        event_days.event_name,
        event_days.product_line,
        actions.action,
        actions.kind,
        event_days.event_date,
        event_days.known_on,
        event_days.n,
        event_days.first_at
    from event_days
    inner join actions
        on
            {{ same_event_name('event_days', 'actions') }}
    left join people on event_days.user_id = people.user_id
)

select * from final

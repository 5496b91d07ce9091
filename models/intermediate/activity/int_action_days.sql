-- Event days mapped to actions; a changed taxonomy applies to all history without reading events again.
-- Grain: one row per account_id, user_id, event_name, product_line, event_date and known_on.

{{ config(materialized='view') }}

with event_days as (
    select * from {{ ref('int_event_days') }}
),

actions as (
    select * from {{ ref('int_event_name_actions') }}
),

final as (
    select
        event_days.account_id,
        event_days.user_id,
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
)

select * from final

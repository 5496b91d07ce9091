-- Warns: event names that the taxonomy does not know, with how often they occur.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_event_days'}}}) }}

select
    event_days.event_name,
    event_days.product_line,
    sum(event_days.n) as n_events
from {{ ref('int_event_days') }} as event_days
left join {{ ref('int_event_name_actions') }} as actions
    on
        {{ same_event_name('event_days', 'actions') }}
where actions.action is null
group by event_days.event_name, event_days.product_line

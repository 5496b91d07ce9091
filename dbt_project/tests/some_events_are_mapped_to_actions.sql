-- Events of which the taxonomy knows none are evidence of a wrong mapping, not of accounts that do nothing.
{{ config(meta={'dagster': {'ref': {'name': 'int_event_days'}}}) }}

select
    sum(event_days.n) as n_events,
    min(event_days.event_name) as first_name,
    max(event_days.event_name) as last_name,
    min(event_days.product_line) as product_line,
    'a row of event_taxonomy.csv with such a name and product line' as expected
from {{ ref('int_event_days') }} as event_days
left join {{ ref('int_event_name_actions') }} as actions
    on
        {{ same_event_name('event_days', 'actions') }}
where event_days.event_date > {{ add_days(last_day(), -28) }} and event_days.event_date <= {{ last_day() }}
having sum(event_days.n) > 0 and count(actions.action) = 0

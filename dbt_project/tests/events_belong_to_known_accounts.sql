-- Warns: events of accounts that no source of accounts knows.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_event_days'}}}) }}

select
    event_days.account_id,
    sum(event_days.n) as n_events
from {{ ref('int_event_days') }} as event_days
left join {{ ref('int_account_starts') }} as accounts on event_days.account_id = accounts.account_id
where accounts.account_id is null
group by event_days.account_id

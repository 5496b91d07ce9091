-- Warns: accounts with events from before they signed up, which do not count towards milestones.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_event_days'}}}) }}

select
    event_days.account_id,
    sum(event_days.n) as n_events
from {{ ref('int_event_days') }} as event_days
inner join {{ ref('int_account_starts') }} as accounts on event_days.account_id = accounts.account_id
where event_days.event_date < accounts.signed_up_date
group by event_days.account_id

-- Warns: what subscriptions pay today that is unknown, with the currency that lacks a rate and an example.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_subscription_amounts'}}}) }}

select
    mrr_unknown_reason,
    original_currency,
    count(*) as n_subscriptions,
    min(subscription_id) as example_subscription_id
from {{ ref('int_subscription_amounts') }}
where
    mrr_unknown_reason is not null and known_from <= {{ last_day() }} and coalesce(known_to > {{ last_day() }}, true)
group by mrr_unknown_reason, original_currency
-- a source that brings no amounts at all says nothing wrong
having (select max(amounts_known_from) from {{ ref('int_reporting_currency') }}) is not null

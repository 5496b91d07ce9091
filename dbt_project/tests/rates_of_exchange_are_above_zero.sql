-- A rate of nothing, or below, makes an amount something else.
{{ config(meta={'dagster': {'ref': {'name': 'fx_rates'}}}) }}

select
    currency,
    valid_from,
    rate
from {{ ref('fx_rates') }}
where rate <= 0 or currency <> upper(trim(currency)) or length(currency) <> 3

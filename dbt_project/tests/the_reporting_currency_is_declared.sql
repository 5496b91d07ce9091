-- Warns: amounts name currencies and sources.yml does not say which one to report in, so that the first one seen is taken.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_reporting_currency'}}}) }}

select currency
from {{ ref('int_reporting_currency') }}
where not is_declared and currency <> 'XXX'

-- Warns: amounts name currencies, and sources.yml does not say in which one to report: the first that was seen.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_reporting_currency'}}}) }}

select currency
from {{ ref('int_reporting_currency') }}
where not is_declared and currency <> 'XXX'

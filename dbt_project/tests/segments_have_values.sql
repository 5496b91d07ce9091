-- Warns: attributes of the segments seed that no account has a value of.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_account_segments'}}}) }}

select
    segment_attribute,
    count(*) as n_accounts
from {{ ref('int_account_segments') }}
where known_until is null
group by segment_attribute
having count(case when segment_value <> 'unknown' then 1 end) = 0

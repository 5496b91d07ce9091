-- Targets and curves need one way to group accounts, not none and not two; a company without segments has the total.
{{ config(meta={'dagster': {'ref': {'name': 'segments'}}}) }}

select count(case when is_benchmark then 1 end) as n_benchmark_attributes
from {{ ref('segments') }}
having count(case when is_benchmark then 1 end) <> 1 and count(*) > 0

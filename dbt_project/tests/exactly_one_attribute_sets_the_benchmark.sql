-- Targets and curves need one way to group accounts, not none and not two.
{{ config(meta={'dagster': {'ref': {'name': 'segments'}}}) }}

select count(*) as n_benchmark_attributes
from {{ ref('segments') }}
where is_benchmark
having count(*) <> 1

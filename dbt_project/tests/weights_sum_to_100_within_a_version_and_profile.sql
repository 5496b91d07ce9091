-- A rubric whose weights do not sum to 100 is named with its sum.
{{ config(meta={'dagster': {'ref': {'name': 'rubric'}}}) }}

select
    rubric_version,
    profile,
    sum(weight) as total_weight
from {{ ref('rubric') }}
group by rubric_version, profile
having abs(sum(weight) - 100) > 0.000001

-- Warns: accounts have parents, and sources.yml does not say under `families` which of them are scored.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'stg_account_parents'}}}) }}

select
    count(*) as n_children,
    min(parents.account_id) as example_account_id,
    min(parents.parent_account_id) as example_parent_id
from {{ ref('stg_account_parents') }} as parents
cross join {{ ref('stg_workspace') }} as workspace
where workspace.families is null and parents.known_until is null
having count(*) > 0

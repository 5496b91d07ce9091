-- Warns: old ids whose aliases lead in a circle, so that what they sent counts for none.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'stg_account_aliases'}}}) }}

select
    alias_id,
    known_from
from {{ ref('stg_account_aliases') }}
where is_circular

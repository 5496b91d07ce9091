-- Which account an old id stands for, and from when on: renames and merges, also of what was merged before.
-- Grain: one row per alias_id and known_from.

-- A small table: views that read it would work it out again, each for itself.
{{ config(materialized='table') }}

with links as (
    select * from {{ ref('stg_account_links') }}
),

final as (
    {{ followed_links('links') }}
)

select * from final

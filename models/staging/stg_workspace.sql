-- What sources.yml said of the whole workspace when something was pulled last.
-- Grain: one row per pull_id.

-- A small table: views that read it would work it out again, each for itself.
{{ config(materialized='table') }}

with ranked as (
    select
        *,
        row_number() over (order by pull_id desc, source_id asc) as recency
    from {{ ref('stg_pulls') }}
),

final as (
    select
        pull_id,
        currency,
        families
    from ranked
    where recency = 1
)

select * from final

-- The published score of each account on the latest scored day, for dashboards that show only today.
-- Grain: one row per account_id.

{{ config(materialized='view') }}

with scores as (
    select * from {{ ref('fct_account_scores') }}
    where is_published
),

latest as (
    select max(scored_on) as scored_on from scores
),

final as (
    select scores.*
    from scores
    inner join latest on scores.scored_on = latest.scored_on
)

select * from final

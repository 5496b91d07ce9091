-- Where each account stands today, for worklists and account pages.
-- Grain: one row per account_id.

{{ config(materialized='view') }}

with journeys as (
    select * from {{ ref('fct_onboarding_journeys') }}
),

latest as (
    select max(as_of) as as_of from journeys
),

final as (
    select journeys.*
    from journeys
    inner join latest on journeys.as_of = latest.as_of
)

select * from final

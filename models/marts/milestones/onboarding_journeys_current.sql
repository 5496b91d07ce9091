-- Onboarding status of each account today, for worklists and account pages.
-- Grain: one row per account_id.

{{ config(materialized='view') }}

with journeys as (
    select * from {{ ref('fct_onboarding_journeys') }}
),

latest as (
    select max(as_of) as as_of from journeys
),

diagnoses as (
    select * from {{ ref('diagnoses') }}
),

final as (
    select
        journeys.*,
        diagnoses.name as diagnosis_name,
        diagnoses.statement as diagnosis_statement
    from journeys
    inner join latest on journeys.as_of = latest.as_of
    left join diagnoses on journeys.diagnosis = diagnoses.diagnosis
)

select * from final

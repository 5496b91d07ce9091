-- Scores of Sundays with the settled band: compared over weeks and between versions.
-- Grain: one row per account_id, scored_on and rubric_version.

{{ config(materialized='view') }}

with score_days as (
    select * from {{ ref('int_account_score_days') }}
    where is_sunday
),

bands as (
    select * from {{ ref('int_account_bands') }}
),

final as (
    select
        score_days.account_id,
        score_days.scored_on,
        score_days.rubric_version,
        score_days.score,
        bands.band,
        score_days.tenure_days,
        score_days.segment_attribute,
        score_days.segment_value,
        score_days.mrr,
        score_days.is_published
    from score_days
    inner join bands
        on
            score_days.account_id = bands.account_id
            and score_days.scored_on = bands.scored_on
            and score_days.rubric_version = bands.rubric_version
)

select * from final

-- Scores of other rubric versions next to the published one, on the Sundays of this build.
-- Grain: one row per account_id, scored_on, rubric_version and other_version.

{{ config(materialized='view') }}

with sundays as (
    select * from {{ ref('int_sunday_scores') }}
    where scored_on between {{ first_day() }} and {{ last_day() }}
),

final as (
    select
        published.account_id,
        published.scored_on,
        published.rubric_version,
        others.rubric_version as other_version,
        published.segment_attribute,
        published.segment_value,
        published.score,
        others.score as other_score,
        published.band,
        others.band as other_band,
        published.mrr
    from sundays as published
    inner join sundays as others
        on
            published.account_id = others.account_id
            and published.scored_on = others.scored_on
            and not others.is_published
    where published.is_published
)

select * from final

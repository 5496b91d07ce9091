-- Band of every scored day: settled on Sundays, provisional in between by the Sunday before.
-- Grain: one row per account_id, scored_on and rubric_version.

{{ config(materialized='incremental', partition_by='scored_on') }}

with score_days as (
    select
        *,
        {{ add_days('scored_on', '-1 * ' ~ day_of_week('scored_on')) }} as sunday
    from {{ ref('int_account_score_days') }}
    where scored_on between {{ first_day() }} and {{ last_day() }}
),

bands as (
    select * from {{ ref('bands') }}
),

states as (
    select * from {{ ref('int_band_edge_states') }}
),

edges as (
    select
        score_days.account_id,
        score_days.scored_on,
        score_days.rubric_version,
        case
            when score_days.is_sunday then states.is_above
            else coalesce({{ edge_decision('score_days.score', 'states.last_score', 'bands') }}, states.is_above)
        end as is_above
    from score_days
    inner join bands on score_days.rubric_version = bands.rubric_version and bands.band_rank > 1
    left join states
        on
            score_days.account_id = states.account_id
            and score_days.sunday = states.scored_on
            and score_days.rubric_version = states.rubric_version
            and bands.band = states.band
),

ranks as (
    select
        account_id,
        scored_on,
        rubric_version,
        1 + sum(is_above) as band_rank
    from edges
    group by account_id, scored_on, rubric_version
),

final as (
    select
        score_days.account_id,
        score_days.scored_on,
        score_days.rubric_version,
        score_days.is_sunday,
        case
            when score_days.score is null or score_days.coverage_ratio < score_days.min_coverage_ratio then 'unknown'
            else coalesce(bands.band, 'unknown')
        end as band
    from score_days
    left join ranks
        on
            score_days.account_id = ranks.account_id
            and score_days.scored_on = ranks.scored_on
            and score_days.rubric_version = ranks.rubric_version
    left join bands on score_days.rubric_version = bands.rubric_version and ranks.band_rank = bands.band_rank
)

select * from final

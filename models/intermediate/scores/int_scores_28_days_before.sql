-- The score of four weeks before each scored day, or the last one in the week before that.
-- Grain: one row per account_id, scored_on and rubric_version.

with score_days as (
    select * from {{ ref('int_account_score_days') }}
    where scored_on between {{ add_days(first_day(), -34) }} and {{ last_day() }}
),

final as (
    select
        score_days.account_id,
        score_days.scored_on,
        score_days.rubric_version,
        max_by(earlier_days.score, case when earlier_days.score is not null then earlier_days.scored_on end) as score
    from score_days
    inner join score_days as earlier_days
        on
            score_days.account_id = earlier_days.account_id
            and score_days.rubric_version = earlier_days.rubric_version
            and earlier_days.scored_on between
            {{ add_days('score_days.scored_on', -34) }} and {{ add_days('score_days.scored_on', -28) }}
    where score_days.scored_on >= {{ first_day() }}
    group by score_days.account_id, score_days.scored_on, score_days.rubric_version
)

select * from final

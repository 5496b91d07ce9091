-- Sundays that called for a play, whether it was done within a week, and what makes accounts comparable that day.
-- Grain: one row per account_id, play_id and scored_on.

with called_for as (
    select * from {{ ref('int_play_trigger_days') }}
    where {{ day_of_week('scored_on') }} = 0 and scored_on <= {{ last_day() }}
),

score_days as (
    select * from {{ ref('int_sunday_scores') }}
    where is_published
),

done as (
    select
        account_id,
        play_id,
        min(closed_on) as done_on
    from {{ ref('int_task_states') }}
    where status = 'done'
    group by account_id, play_id
),

final as (
    select
        called_for.account_id,
        called_for.play_id,
        called_for.scored_on,
        called_for.is_held_out,
        done.done_on,
        -- done in the week after: what this Sunday called for
        {{ days_between('called_for.scored_on', 'done.done_on') }} between 0 and 6 as is_treated,
        cast(floor(score_days.tenure_days / 7) as integer) as tenure_weeks,
        concat(
            floor(score_days.score / 10), '|', floor(score_days.tenure_days / 28), '|', score_days.segment_value
        ) as stratum
    from called_for
    inner join score_days
        on called_for.account_id = score_days.account_id and called_for.scored_on = score_days.scored_on
    left join done on {{ same_keys('called_for', 'done', ['account_id', 'play_id']) }}
    where score_days.score is not null
)

select * from final

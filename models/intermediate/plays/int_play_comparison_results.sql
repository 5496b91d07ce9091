-- Outcome of each account on which a play is judged: cause removed or not, score, churn.
-- Grain: one row per play_id, comparison, account_id and is_treated.

-- Leaving is counted until one of the others gets the play. After eight weeks all count, also those who got it
-- meanwhile: they got it because the cause was still there, and without them the others would look cured.

{% set later = add_days('cases.index_on', 56) %}

with cases as (
    select * from {{ ref('int_play_comparison_cases') }}
),

called_for as (
    select * from {{ ref('int_play_trigger_days') }}
    where {{ day_of_week('scored_on') }} = 0
),

score_days as (
    select * from {{ ref('int_sunday_scores') }}
    where is_published
),

-- plays for accounts on course have no cause that should go away
opportunities as (
    select distinct triggers.play_id
    from {{ ref('play_triggers') }} as triggers
    left join {{ ref('bands') }} as bands on triggers.kind = 'band' and triggers.value = bands.band
    where bands.band_rank > 2 or triggers.value = 'healthy'
),

final as (
    select
        cases.play_id,
        cases.comparison,
        cases.account_id,
        cases.index_on,
        cases.is_treated,
        cases.stratum,
        score_days.segment_attribute,
        score_days.segment_value,
        score_days.rubric_version,
        scores_later.rubric_version as rubric_version_later,
        {{ later }} as later_on,
        case when cases.done_on between cases.index_on and {{ later }} then 1.0e0 else 0.0e0 end as was_done,
        {{ days_between('cases.index_on', 'cases.followed_until') }} as n_days,
        case when cases.has_churned then 1 else 0 end as n_churned,
        -- churned accounts did not recover; those observed too briefly are left out
        case
            when opportunities.play_id is not null then null
            when cases.has_left and cases.ended_on <= {{ later }} then 0.0e0
            -- of an account of which nothing is known any more, nothing is known
            when coalesce(scores_later.band, 'unknown') = 'unknown' then null
            when cases.observed_until >= {{ later }} and called_for.play_id is null then 1.0e0
            when cases.observed_until >= {{ later }} then 0.0e0
        end as resolved,
        case when cases.observed_until >= {{ later }} then cast(scores_later.score - score_days.score as double) end
            as score_change
    from cases
    inner join score_days on cases.account_id = score_days.account_id and cases.index_on = score_days.scored_on
    left join called_for
        on
            cases.account_id = called_for.account_id
            and cases.play_id = called_for.play_id
            and {{ later }} = called_for.scored_on
    left join score_days as scores_later
        on cases.account_id = scores_later.account_id and {{ later }} = scores_later.scored_on
    left join opportunities on cases.play_id = opportunities.play_id
)

select * from final

-- Accounts on which a play is judged: treated and untreated, comparable when it was called for, and what followed.
-- Grain: one row per play_id, comparison, account_id and is_treated.

-- Experiment: as randomised, from the first Sunday that called for the play, done or not. Observational: those for
-- whom it was done against those for whom it was not done yet, in strata of score, tenure and segment: each account
-- draws a week in which one got the play, and is followed until it gets it (docs/decisions/0020).
{% set followed_days = 180 %}

with candidates as (
    select * from {{ ref('int_play_comparison_candidates') }}
),

plays as (
    select * from {{ ref('plays') }}
),

ends as (
    select * from {{ ref('int_account_follow_up') }}
),

-- from the first Sunday of the experiment that called for the play
drawn as (
    select
        candidates.*,
        row_number() over (
            partition by candidates.account_id, candidates.play_id order by candidates.scored_on
        ) as place
    from candidates
    inner join plays
        on
            candidates.play_id = plays.play_id
            and plays.holdout_ratio > 0
            and candidates.scored_on >= plays.holdout_from
            and coalesce(candidates.scored_on <= plays.holdout_until, true)
),

treated as (
    select * from candidates
    where is_treated
),

treated_strata as (
    select distinct
        play_id,
        stratum
    from treated
),

weeks as (
    select
        play_id,
        tenure_weeks,
        row_number() over (partition by play_id order by account_id) - 1 as place,
        count(*) over (partition by play_id) as n_weeks
    from treated
),

untreated as (
    select candidates.*
    from candidates
    inner join weeks
        on
            {{ same_keys('candidates', 'weeks', ['play_id', 'tenure_weeks']) }}
            and weeks.place = floor(
                {{ hash_ratio("concat(candidates.account_id, '|', candidates.play_id, '|week')") }} * weeks.n_weeks
            )
    inner join treated_strata
        on {{ same_keys('candidates', 'treated_strata', ['play_id', 'stratum']) }}
    where not coalesce(candidates.is_treated, false) and coalesce(candidates.done_on > candidates.scored_on, true)
),

cases as (
    select
        drawn.account_id, drawn.play_id, 'experiment' as comparison, drawn.scored_on as index_on,
        not drawn.is_held_out as is_treated, 'all' as stratum, cast(null as date) as until, drawn.done_on
    from drawn
    where drawn.place = 1
    union all
    select
        account_id, play_id, 'observational' as comparison, scored_on as index_on, true as is_treated, stratum,
        cast(null as date) as until, done_on
    from treated
    union all
    select
        account_id, play_id, 'observational' as comparison, scored_on as index_on, false as is_treated, stratum,
        done_on as until, done_on
    from untreated
),

followed as (
    select
        cases.*,
        ends.ended_on,
        ends.has_churned as has_left,
        ends.observed_until,
        least({{ add_days('cases.index_on', followed_days) }}, ends.observed_until, cases.until) as followed_until
    from cases
    inner join ends on cases.account_id = ends.account_id
    where ends.observed_until > cases.index_on -- in its first life: who came back is no case again
),

final as (
    select
        account_id,
        play_id,
        comparison,
        index_on,
        is_treated,
        stratum,
        until,
        done_on,
        ended_on,
        has_left,
        observed_until,
        followed_until,
        has_left and ended_on <= followed_until as has_churned
    from followed
)

select * from final

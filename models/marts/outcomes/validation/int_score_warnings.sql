-- Band moves and significant changes after a landmark, week by week, and warnings before churn.
-- Grain: one row per account_id, rubric_version, landmark_day and horizon_days.

{% set way = 'partition by account_id, rubric_version order by scored_on' %}

with cases as (
    select * from {{ ref('int_validation_cases') }}
),

weeks as (
    select
        account_id,
        rubric_version,
        scored_on,
        band,
        lag(band) over ({{ way }}) as band_before,
        significant_change in ('week', 'both') and change_7d < 0.0
        or significant_change in ('four_weeks', 'both') and sunday_change_28d < 0.0 as is_alarm
    from {{ ref('fct_account_scores') }}
    where {{ day_of_week('scored_on') }} = 0 and scored_on <= {{ last_day() }}
),

moves as (
    select
        *,
        band <> band_before and band <> 'unknown' and band_before <> 'unknown' as is_move
    from weeks
),

-- taken back within four weeks
bounced as (
    select
        moves.account_id,
        moves.rubric_version,
        moves.scored_on,
        max(case when later.is_move and later.band = moves.band_before then 1 else 0 end) as is_bounce
    from moves
    inner join moves as later
        on
            moves.account_id = later.account_id
            and moves.rubric_version = later.rubric_version
            and later.scored_on > moves.scored_on
            and later.scored_on <= {{ add_days('moves.scored_on', 28) }}
    where moves.is_move
    group by moves.account_id, moves.rubric_version, moves.scored_on
),

final as (
    select
        cases.account_id,
        cases.rubric_version,
        cases.landmark_day,
        cases.horizon_days,
        cases.is_churn,
        cases.band,
        cases.churn_days,
        count(moves.scored_on) as n_weeks,
        count(case when moves.is_move then 1 end) as n_moves,
        cast(coalesce(sum(bounced.is_bounce), 0) as bigint) as n_bounces,
        count(case when moves.is_alarm then 1 end) as n_alarms,
        cases.churn_days
        - {{ days_between('cases.landmark_date', 'min(case when moves.is_alarm then moves.scored_on end)') }}
            as warned_days_before
    from cases
    left join moves
        on
            cases.account_id = moves.account_id
            and cases.rubric_version = moves.rubric_version
            and moves.scored_on > cases.scored_on
            and moves.scored_on <= cases.horizon_date
    left join bounced
        on
            moves.account_id = bounced.account_id
            and moves.rubric_version = bounced.rubric_version
            and moves.scored_on = bounced.scored_on
    group by
        cases.account_id, cases.rubric_version, cases.landmark_day, cases.horizon_days, cases.is_churn, cases.band,
        cases.churn_days, cases.landmark_date
)

select * from final

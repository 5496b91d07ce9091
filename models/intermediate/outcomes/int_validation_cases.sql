-- Score and band of an account at a landmark, and whether it churned after it: the cases of the back-test.
-- Grain: one row per account_id, rubric_version, landmark_day and horizon_days.

-- Accounts of the last three years that were customers at the landmark and whose horizon is over. The last Sunday up to
-- the landmark counts, for the score and for the plain baselines alike. Probabilities are fitted on the first third, by
-- their start, and judged on the later ones; ranking needs no fitting, so all of them judge it.

with landmarks as (
    select * from {{ ref('int_validation_landmarks') }}
),

scores as (
    select * from {{ ref('int_sunday_scores') }}
    where score is not null and scored_on <= {{ last_day() }}
),

active_days as (
    select * from {{ ref('int_active_days') }}
),

placed as (
    select
        *,
        {{ add_days('landmark_date', '-1 * ' ~ day_of_week('landmark_date')) }} as scored_on
    from landmarks
    where horizon_date <= {{ last_day() }} and (ended_on is null or ended_on > landmark_date)
),

cases as (
    select
        placed.*,
        scores.rubric_version,
        cast(scores.score as double) as score,
        scores.band,
        scores.tenure_days,
        case when placed.has_churned and placed.ended_on <= placed.horizon_date then 1 else 0 end as is_churn
    from placed
    inner join scores on placed.account_id = scores.account_id and placed.scored_on = scores.scored_on
),

usage as (
    select
        cases.account_id,
        cases.scored_on,
        count(distinct active_days.activity_date) as n_active_days,
        sum(case
            when active_days.activity_date > {{ add_days('cases.scored_on', -7) }} then greatest(active_days.n_users, 1)
        end)
            as n_user_days_last_week
    from (select distinct account_id, scored_on from cases) as cases
    inner join active_days
        on cases.account_id = active_days.account_id and cases.scored_on >= active_days.activity_date
    group by cases.account_id, cases.scored_on
),

final as (
    select
        cases.account_id,
        cases.rubric_version,
        cases.landmark_day,
        cases.horizon_days,
        cases.scored_on,
        cases.landmark_date,
        cases.horizon_date,
        cases.score,
        cases.band,
        cases.tenure_days,
        coalesce(usage.n_active_days, 0) as n_active_days,
        coalesce(usage.n_user_days_last_week, 0) as n_user_days_last_week,
        cases.is_churn,
        case when cases.is_churn = 1 then {{ days_between('cases.landmark_date', 'cases.ended_on') }} end as churn_days,
        percent_rank() over (
            partition by cases.rubric_version, cases.landmark_day, cases.horizon_days order by cases.started_date
        ) >= 1.0 / 3.0 as is_judged
    from cases
    left join usage on cases.account_id = usage.account_id and cases.scored_on = usage.scored_on
)

select * from final

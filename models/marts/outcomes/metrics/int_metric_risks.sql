-- What a metric alone, the score, and the score without that metric said of who would leave.
-- Grain: one row per metric_id, account_id, landmark_day, horizon_days and predictor.

-- Cases of the back-test, in the version of the rubric in force. The metric is asked about accounts that were still there
-- when its lead was over: what leaves sooner it had no time to tell.

with cases as (
    select * from {{ ref('int_validation_cases') }}
),

in_force as (
    select max(rubric_version) as rubric_version
    from {{ ref('rubric_versions') }}
    where status = 'active' and effective_from <= {{ last_day() }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

components as (
    select * from {{ ref('fct_score_components') }}
),

told as (
    select
        components.metric_id,
        cases.account_id,
        cases.landmark_day,
        cases.horizon_days,
        cases.is_churn,
        cases.churn_days,
        cases.score,
        components.points,
        components.contribution,
        components.effective_weight,
        metrics.lead_days
    from cases
    inner join in_force on cases.rubric_version = in_force.rubric_version
    inner join components
        on
            cases.account_id = components.account_id
            and cases.scored_on = components.scored_on
            and cases.rubric_version = components.rubric_version
    inner join metrics on components.metric_id = metrics.metric_id
),

final as (
    select
        metric_id, account_id, landmark_day, horizon_days, 'metric' as predictor, is_churn,
        cast(-1 * points as double) as risk
    from told
    where lead_days < horizon_days and coalesce(churn_days >= lead_days, true)
    union all
    select
        metric_id, account_id, landmark_day, horizon_days, 'score' as predictor, is_churn,
        cast(-1 * score as double) as risk
    from told
    where effective_weight < 1.0
    union all
    select
        metric_id, account_id, landmark_day, horizon_days, 'score without it' as predictor, is_churn,
        -1.0e0 * cast(score - contribution as double) / cast(1.0 - effective_weight as double) as risk
    from told
    where effective_weight < 1.0
)

select * from final

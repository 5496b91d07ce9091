-- Placement of each case among those of the other outcome, by the metric, the score, and the score without the metric.
-- Grain: one row per metric_id, account_id, landmark_day, horizon_days and predictor.

-- As in int_validation_placements: the mean over those who left is the AUC, and its error follows from the spread.
{% set group = 'partition by metric_id, landmark_day, horizon_days, predictor' %}

with risks as (
    -- two builds differ in the last digit of a risk: equal ones must not be ranked for it
    select *, round(risk, 9) as rounded_risk
    from {{ ref('int_metric_risks') }}
),

ranked as (
    select
        *,
        count(*) over ({{ group }}) as n,
        sum(is_churn) over ({{ group }}) as n_churned,
        rank() over ({{ group }} order by rounded_risk)
        + (count(*) over ({{ group }}, rounded_risk) - 1) / 2.0e0 as rank_in_all,
        rank() over ({{ group }}, is_churn order by rounded_risk)
        + (count(*) over ({{ group }}, is_churn, rounded_risk) - 1) / 2.0e0 as rank_in_outcome
    from risks
),

final as (
    select
        metric_id,
        account_id,
        landmark_day,
        horizon_days,
        predictor,
        is_churn,
        case
            when n_churned in (0, n) then null
            when is_churn = 1 then (rank_in_all - rank_in_outcome) / (n - n_churned)
            else 1.0e0 - (rank_in_all - rank_in_outcome) / n_churned
        end as placement
    from ranked
)

select * from final

-- Ranking and calibration of each predictor by segment: AUC, paired differences, Brier score and ECE.
-- Grain: one row per rubric_version, landmark_day, horizon_days, segment_attribute, segment_value and predictor.

{% set keys = 'rubric_version, landmark_day, horizon_days, segment_attribute, segment_value, predictor' %}

with placements as (
    select * from {{ ref('int_validation_placements') }}
),

-- five bins of equal size by probability: distance of what was expected from what happened
bins as (
    select
        {{ keys }},
        calibration_bin,
        count(*) as n,
        abs(avg(churn_probability) - avg(is_churn)) as gap
    from placements
    where is_judged
    group by {{ keys }}, calibration_bin
),

calibration as (
    select
        {{ keys }},
        sum(n * gap) / sum(n) as calibration_error
    from bins
    group by {{ keys }}
),

measured as (
    select
        {{ keys }},
        max(min_accounts) as min_accounts,
        count(*) as n,
        sum(is_churn) as n_churned,
        sum(case when is_judged then 1 else 0 end) as n_calibrated,
        {% for name in ['placement', 'advantage_of_score'] %}
        avg(case when is_churn = 1 then {{ name }} end) as {{ name }},
        sqrt(
            var_samp(case when is_churn = 1 then {{ name }} end) / nullif(sum(is_churn), 0)
            + var_samp(case when is_churn = 0 then {{ name }} end) / nullif(sum(1 - is_churn), 0)
        ) as {{ name }}_error,
        {% endfor %}
        avg((churn_probability - is_churn) * (churn_probability - is_churn)) as brier_score,
        sum(case when is_within_capacity then is_churn when not is_within_capacity then 0 end)
        / nullif(cast(sum(is_churn) as double), 0.0e0)
            as recall_at_capacity,
        avg(case when is_within_capacity then 1.0e0 when not is_within_capacity then 0.0e0 end) as capacity_ratio
    from placements
    group by {{ keys }}
),

final as (
    select
        measured.*,
        calibration.calibration_error
    from measured
    left join calibration
        on {{ same_keys('measured', 'calibration', keys.split(', ')) }}
)

select * from final

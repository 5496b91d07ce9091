-- Risk that the score and each plain baseline give a case, and the churn probability fitted to it.
-- Grain: one row per account_id, rubric_version, landmark_day, horizon_days and predictor.

-- Probabilities by a logistic curve fitted on the earlier cohorts, for the later ones to judge.
{% set keys = ['rubric_version', 'landmark_day', 'horizon_days', 'predictor'] %}

with cases as (
    select * from {{ ref('int_validation_cases') }}
),

predicted as (
    {% for predictor, risk in [
        ('score', '-1.0e0 * score'), ('logins', '-1.0e0 * n_active_days'),
        ('last_week_usage', '-1.0e0 * ln(1.0e0 + n_user_days_last_week)'), ('tenure', '-1.0e0 * tenure_days'),
    ] %}
    select
        account_id,
        rubric_version,
        landmark_day,
        horizon_days,
        '{{ predictor }}' as predictor,
        cast({{ risk }} as double) as risk,
        is_churn as is_event,
        is_judged
    from cases
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

scaled as (
    select
        *,
        coalesce(
            (risk - avg(risk) over (partition by {{ keys | join(', ') }}))
            / nullif(stddev_samp(risk) over (partition by {{ keys | join(', ') }}), 0.0e0), 0.0e0
        ) as x
    from predicted
),

earlier as (
    select * from scaled
    where not is_judged
),

{{ logistic_fit('earlier', keys) }},

final as (
    select
        scaled.account_id,
        scaled.rubric_version,
        scaled.landmark_day,
        scaled.horizon_days,
        scaled.predictor,
        scaled.risk,
        case when scaled.is_judged then {{ logistic('fitted.intercept + fitted.slope * scaled.x') }} end
            as churn_probability,
        scaled.is_event as is_churn,
        scaled.is_judged
    from scaled
    left join logistic_fit as fitted
        on {{ same_keys('scaled', 'fitted', keys) }}
)

select * from final

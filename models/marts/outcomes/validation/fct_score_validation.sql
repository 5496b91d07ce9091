-- The back-test: whether scores predict churn early, and better than plain baselines such as logins or tenure.
-- Grain: one row per rubric_version, landmark_day, horizon_days, segment_attribute, segment_value and predictor.

-- On cohorts later than those that probabilities were fitted on. An advantage counts when the 95 % interval of the
-- paired difference of AUCs is above 0; with fewer than 50 churned accounts nothing is concluded.
{% set min_churned = 50 %}
{% set keys = ['rubric_version', 'landmark_day', 'horizon_days', 'segment_attribute', 'segment_value'] %}
{% set z_95 = '1.959963984540054e0' %}

with measures as (
    select * from {{ ref('int_validation_measures') }}
    where n >= min_accounts
),

warning_rates as (
    select * from {{ ref('int_warning_rates') }}
),

compared as (
    select
        *,
        advantage_of_score - {{ z_95 }} * advantage_of_score_error as advantage_low,
        advantage_of_score + {{ z_95 }} * advantage_of_score_error as advantage_high
    from measures
),

-- against the baseline it is least clearly better than
closest as (
    select
        *,
        min(case when predictor <> 'score' then advantage_low end) over (partition by {{ keys | join(', ') }})
            as least_advantage_low
    from compared
),

final as (
    select
        {% for key in keys %}
        closest.{{ key }},
        {% endfor %}
        closest.predictor,
        cast(closest.n as bigint) as n,
        cast(closest.n_churned as bigint) as n_churned,
        closest.n_churned / cast(closest.n as double) as churn_ratio,
        closest.placement as auc,
        greatest(0.0e0, closest.placement - {{ z_90() }} * closest.placement_error) as auc_low,
        least(1.0e0, closest.placement + {{ z_90() }} * closest.placement_error) as auc_high,
        case when closest.predictor <> 'score' then closest.advantage_of_score end as advantage_of_score,
        case when closest.predictor <> 'score' then closest.advantage_low end as advantage_low,
        case when closest.predictor <> 'score' then closest.advantage_high end as advantage_high,
        closest.brier_score,
        closest.calibration_error,
        closest.recall_at_capacity,
        closest.capacity_ratio,
        warning_rates.n_worst_band,
        {% set worst = ['warning_rates.n_worst_band_churned', 'warning_rates.n_worst_band'] %}
        warning_rates.n_worst_band_churned / nullif(cast(warning_rates.n_worst_band as double), 0.0e0)
            as worst_band_churn_ratio,
        {{ wilson_bound(worst[0], worst[1], 'low') }} as worst_band_churn_low,
        {{ wilson_bound(worst[0], worst[1], 'high') }} as worst_band_churn_high,
        warning_rates.n_left_in_60_to_90_days,
        warning_rates.n_flagged_60_to_90_days_before,
        warning_rates.flip_ratio,
        warning_rates.bounce_ratio,
        warning_rates.false_alarm_ratio,
        warning_rates.alarmed_churn_ratio,
        warning_rates.median_warned_days_before,
        case
            when closest.n_churned < {{ min_churned }} or closest.n - closest.n_churned < {{ min_churned }}
                then 'insufficient'
            when closest.predictor = 'score' and closest.least_advantage_low > 0.0e0 then 'beats_baselines'
            when closest.predictor = 'score' then 'does_not_beat_baselines'
            when closest.advantage_low > 0.0e0 then 'beaten_by_score'
            when closest.advantage_high < 0.0e0 then 'beats_score'
            else 'no_clear_difference'
        end as verdict
    from closest
    left join warning_rates
        on {{ same_keys('closest', 'warning_rates', keys) }} and closest.predictor = 'score'
)

select * from final

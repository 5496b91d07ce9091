-- The back-test: whether scores predict churn early, and better than plain baselines such as logins or tenure.
-- Grain: one row per rubric_version, landmark_day, horizon_days, segment_attribute, segment_value and predictor.

-- Ranking on all accounts whose horizon is over; probabilities on cohorts later than those they were fitted on.
{% set keys = ['rubric_version', 'landmark_day', 'horizon_days', 'segment_attribute', 'segment_value'] %}

with tests as (
    select * from {{ ref('int_validation_tests') }}
),

warning_rates as (
    select * from {{ ref('int_warning_rates') }}
),

waiting as (
    select * from {{ ref('int_validation_waiting') }}
),

-- when enough of the accounts of today will have left, if as many leave as of those before
expected as (
    select
        {% for key in keys %}
        tests.{{ key }},
        {% endfor %}
        tests.predictor,
        min(waiting.horizon_date) as enough_churned_on
    from tests
    inner join waiting
        on
            {{ same_keys('tests', 'waiting', keys[1:]) }}
            and waiting.n_until_then * tests.n_churned / cast(tests.n as double)
            >= {{ min_churned() }} - tests.n_churned
    where tests.n_churned < {{ min_churned() }}
    group by
        {% for key in keys %}
        tests.{{ key }},
        {% endfor %}
        tests.predictor
),

final as (
    select
        {% for key in keys %}
        tests.{{ key }},
        {% endfor %}
        tests.predictor,
        tests.is_primary,
        cast(tests.n as bigint) as n,
        cast(tests.n_churned as bigint) as n_churned,
        tests.n_churned / cast(tests.n as double) as churn_ratio,
        tests.placement as auc,
        greatest(0.0e0, tests.placement - {{ z_90() }} * tests.placement_error) as auc_low,
        least(1.0e0, tests.placement + {{ z_90() }} * tests.placement_error) as auc_high,
        case when tests.predictor <> 'score' then tests.advantage_of_score end as advantage_of_score,
        case when tests.predictor <> 'score' then tests.advantage_low end as advantage_low,
        case when tests.predictor <> 'score' then tests.advantage_high end as advantage_high,
        tests.p_value,
        tests.q_value,
        cast(greatest(0, {{ min_churned() }} - tests.n_churned) as bigint) as n_churned_missing,
        expected.enough_churned_on,
        cast(tests.n_calibrated as bigint) as n_calibrated,
        tests.brier_score,
        tests.calibration_error,
        tests.recall_at_capacity,
        tests.capacity_ratio,
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
            when not tests.is_enough then 'insufficient'
            when tests.predictor = 'score' and tests.q_value < 0.05e0 then 'beats_baselines'
            when tests.predictor = 'score' then 'does_not_beat_baselines'
            when tests.q_value < 0.05e0 and tests.advantage_of_score > 0.0e0 then 'beaten_by_score'
            when tests.q_value < 0.05e0 then 'beats_score'
            else 'no_clear_difference'
        end as verdict
    from tests
    left join expected on {{ same_keys('tests', 'expected', keys + ['predictor']) }}
    left join warning_rates
        on {{ same_keys('tests', 'warning_rates', keys) }} and tests.predictor = 'score'
)

select * from final

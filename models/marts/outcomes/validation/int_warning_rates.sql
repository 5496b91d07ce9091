-- How often bands move and how early warnings come, per segment of the back-test.
-- Grain: one row per rubric_version, landmark_day, horizon_days, segment_attribute and segment_value.

with warnings as (
    select * from {{ ref('int_score_warnings') }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

bands as (
    select
        rubric_version,
        max(case when band_rank = 1 then band end) as worst_band
    from {{ ref('bands') }}
    group by rubric_version
),

final as (
    select
        warnings.rubric_version,
        warnings.landmark_day,
        warnings.horizon_days,
        groups.segment_attribute,
        groups.segment_value,
        count(*) as n,
        cast(sum(warnings.is_churn) as bigint) as n_churned,
        count(case when warnings.band = bands.worst_band then 1 end) as n_worst_band,
        count(case when warnings.band = bands.worst_band and warnings.is_churn = 1 then 1 end) as n_worst_band_churned,
        count(case when warnings.churn_days between 60 and 90 then 1 end) as n_left_in_60_to_90_days,
        count(case when warnings.churn_days between 60 and 90 and {{ is_at_risk('warnings.band') }} then 1 end)
            as n_flagged_60_to_90_days_before,
        sum(warnings.n_moves) / nullif(cast(sum(warnings.n_weeks) as double), 0.0e0) as flip_ratio,
        sum(warnings.n_bounces) / nullif(cast(sum(warnings.n_moves) as double), 0.0e0) as bounce_ratio,
        sum(case when warnings.is_churn = 0 then warnings.n_alarms end)
        / nullif(cast(sum(case when warnings.is_churn = 0 then warnings.n_weeks end) as double), 0.0e0)
            as false_alarm_ratio,
        count(warnings.warned_days_before)
        / nullif(cast(sum(warnings.is_churn) as double), 0.0e0) as alarmed_churn_ratio,
        {{ percentile('warnings.warned_days_before', 0.5) }} as median_warned_days_before
    from warnings
    inner join groups on warnings.account_id = groups.account_id
    inner join bands on warnings.rubric_version = bands.rubric_version
    group by
        warnings.rubric_version, warnings.landmark_day, warnings.horizon_days, groups.segment_attribute,
        groups.segment_value
)

select * from final

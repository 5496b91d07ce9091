-- Churn of the accounts of each band within a horizon, against all accounts.
-- Grain: one row per rubric_version, landmark_day, horizon_days, segment_attribute, segment_value and band.

{% set group = 'partition by rubric_version, landmark_day, horizon_days, segment_attribute, segment_value' %}

with warnings as (
    select * from {{ ref('int_score_warnings') }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

counted as (
    select
        warnings.rubric_version,
        warnings.landmark_day,
        warnings.horizon_days,
        groups.segment_attribute,
        groups.segment_value,
        warnings.band,
        max(groups.min_accounts) as min_accounts,
        count(*) as n,
        sum(warnings.is_churn) as n_churned
    from warnings
    inner join groups on warnings.account_id = groups.account_id
    group by
        warnings.rubric_version, warnings.landmark_day, warnings.horizon_days, groups.segment_attribute,
        groups.segment_value, warnings.band
),

based as (
    select
        *,
        sum(n_churned) over ({{ group }}) / cast(sum(n) over ({{ group }}) as double) as base_ratio,
        sum(n) over ({{ group }}) as n_in_group
    from counted
),

final as (
    select
        rubric_version,
        landmark_day,
        horizon_days,
        segment_attribute,
        segment_value,
        band,
        cast(n as bigint) as n,
        cast(n_churned as bigint) as n_churned,
        n_churned / cast(n as double) as churn_ratio,
        {{ wilson_bound('n_churned', 'n', 'low') }} as churn_low,
        {{ wilson_bound('n_churned', 'n', 'high') }} as churn_high,
        base_ratio,
        n_churned / cast(n as double) / nullif(base_ratio, 0.0e0) as lift
    from based
    where n_in_group >= min_accounts
)

select * from final

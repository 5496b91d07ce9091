-- Onboarding health of each account, day by day: score, band, changes and revenue at risk.
-- Grain: one row per account_id, scored_on and rubric_version.

{{ config(materialized='incremental', partition_by='scored_on') }}

with score_days as (
    select * from {{ ref('int_account_score_days') }}
    where scored_on between {{ first_day() }} and {{ last_day() }}
),

bands as (
    select * from {{ ref('int_account_bands') }}
    where scored_on between {{ first_day() }} and {{ last_day() }}
),

band_spells as (
    select * from {{ ref('int_band_spells') }}
),

earlier as (
    select * from {{ ref('int_scores_28_days_before') }}
),

signals as (
    select * from {{ ref('int_score_control_limits') }}
),

issues as (
    select
        scored_on,
        count(*) as n_issues,
        min(reason) as first_issue
    from {{ ref('int_data_quality_issues') }}
    group by scored_on
),

final as (
    select
        score_days.account_id,
        score_days.scored_on,
        score_days.rubric_version,
        score_days.score,
        score_days.score_low,
        score_days.score_high,
        score_days.coverage_ratio,
        case
            when score_days.score is null then 'low'
            when score_days.coverage_ratio >= 0.7 and issues.n_issues is null then 'high'
            when score_days.coverage_ratio >= 0.7 then 'medium'
            when score_days.coverage_ratio >= 0.5 and issues.n_issues is null then 'medium'
            else 'low'
        end as confidence,
        nullif(
            concat_ws(
                '; ',
                case when score_days.coverage_ratio < 0.7 then 'part of the metrics has little evidence' end,
                case
                    when issues.n_issues = 1 then issues.first_issue
                    when issues.n_issues > 1 then concat(issues.first_issue, ' and ', issues.n_issues - 1, ' more')
                end
            ), ''
        ) as confidence_reason,
        score_days.n_metrics,
        score_days.raw_band,
        bands.band,
        case
            when band_spells.band = bands.band
                then {{ days_between('band_spells.band_since', 'score_days.scored_on') }}
            else 0
        end as days_in_band,
        score_days.score - earlier.score as change_28d,
        signals.change_7d,
        signals.control_limit,
        signals.sunday_change_28d,
        signals.change_28d_low,
        signals.change_28d_high,
        signals.significant_change,
        signals.significant_change <> 'none' as is_significant_change,
        score_days.tenure_days,
        score_days.segment_attribute,
        score_days.segment_value,
        score_days.csm_id,
        score_days.lifecycle,
        score_days.mrr,
        case
            when {{ is_at_risk('bands.band') }} then score_days.mrr
            -- where no amount is known of anybody, nothing is known to be at no risk
            when max(score_days.mrr) over (partition by score_days.scored_on) is not null then 0.0
        end as mrr_at_risk,
        {{ reporting_currency() }} as currency,
        score_days.scored_on as data_as_of,
        score_days.is_published
    from score_days
    inner join bands
        on
            score_days.account_id = bands.account_id
            and score_days.scored_on = bands.scored_on
            and score_days.rubric_version = bands.rubric_version
    left join issues on score_days.scored_on = issues.scored_on
    left join band_spells
        on
            score_days.account_id = band_spells.account_id
            and score_days.rubric_version = band_spells.rubric_version
            and band_spells.scored_on
            = {{ add_days('score_days.scored_on', '-1 * ' ~ day_of_week('score_days.scored_on')) }}
    left join signals
        on
            score_days.account_id = signals.account_id
            and score_days.rubric_version = signals.rubric_version
            and signals.scored_on
            = {{ add_days('score_days.scored_on', '-1 * ' ~ day_of_week('score_days.scored_on')) }}
    left join earlier
        on
            score_days.account_id = earlier.account_id
            and score_days.scored_on = earlier.scored_on
            and score_days.rubric_version = earlier.rubric_version
)

select * from final

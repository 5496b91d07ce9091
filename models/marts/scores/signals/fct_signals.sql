-- Whether a number left its expected range: metrics of accounts, changes of segments, headline numbers of portfolios.
-- Grain: one row per subject_kind, subject_id, signal_id and scored_on.

{{ config(materialized='view', partition_by='scored_on') }}

with deviations as (
    select * from {{ ref('int_account_deviations') }}
),

segment_limits as (
    select * from {{ ref('int_segment_control_limits') }}
),

portfolio_limits as (
    select * from {{ ref('int_portfolio_control_limits') }}
),

of_groups as (
    select
        'change' as signal_kind,
        concat(signal_id, '_change') as signal_id,
        scored_on,
        segment_attribute,
        segment_value,
        cast(null as {{ dbt.type_string() }}) as csm_id,
        case when signal_id <> 'score' then signal_id end as metric_id,
        own_change as value,
        centre as expected_value,
        expected_low,
        expected_high,
        n_weeks as n_changes,
        crossed,
        mean_change as points_change,
        mean_change_of_others as peer_change,
        n_accounts,
        mrr
    from segment_limits
    union all
    select
        'headline' as signal_kind,
        measure as signal_id,
        scored_on,
        segment_attribute,
        segment_value,
        csm_id,
        cast(null as {{ dbt.type_string() }}) as metric_id,
        value,
        value_before as expected_value,
        expected_low,
        expected_high,
        n_changes,
        crossed,
        cast(null as double) as points_change,
        cast(null as double) as peer_change,
        cast(null as bigint) as n_accounts,
        cast(null as double) as mrr
    from portfolio_limits
),

final as (
    select
        'account' as subject_kind,
        metric_limits.account_id as subject_id,
        'metric' as signal_kind,
        metric_limits.metric_id as signal_id,
        metric_limits.scored_on,
        metric_limits.account_id,
        cast(null as {{ dbt.type_string() }}) as segment_attribute,
        cast(null as {{ dbt.type_string() }}) as segment_value,
        deviations.csm_id,
        metric_limits.metric_id,
        metric_limits.rubric_version,
        metric_limits.raw_value as value,
        metric_limits.centre as expected_value,
        metric_limits.expected_low,
        metric_limits.expected_high,
        metric_limits.n_changes,
        metric_limits.crossed,
        metric_limits.points_change,
        deviations.peer_change,
        deviations.is_alarming,
        cast(1 as bigint) as n_accounts,
        deviations.mrr
    from {{ ref('int_metric_control_limits') }} as metric_limits
    left join deviations on {{ same_keys('metric_limits', 'deviations', ['account_id', 'metric_id', 'scored_on']) }}
    union all
    select
        case when csm_id <> 'all' then 'csm' when segment_attribute = 'all' then 'portfolio' else 'segment' end
            as subject_kind,
        case
            when csm_id <> 'all' then csm_id
            when segment_attribute = 'all' then 'all'
            else concat(segment_attribute, '=', segment_value)
        end as subject_id,
        signal_kind,
        signal_id,
        scored_on,
        cast(null as {{ dbt.type_string() }}) as account_id,
        segment_attribute,
        segment_value,
        csm_id,
        metric_id,
        cast(null as integer) as rubric_version,
        value,
        expected_value,
        expected_low,
        expected_high,
        n_changes,
        crossed,
        points_change,
        peer_change,
        cast(null as boolean) as is_alarming,
        n_accounts,
        mrr
    from of_groups
)

select * from final

-- Share of a cohort that still uses the product week by week, and the lifecycle state of the others.
-- Grain: one row per cohort, segment_attribute, segment_value and week_number.

-- Only accounts old enough to have finished a week are in it; those who left stay in and count as churned. A curve ends
-- where fewer than ten accounts are so old.

with weeks as (
    select * from {{ ref('int_account_weeks') }}
),

accounts as (
    select
        account_id,
        cast({{ dbt.date_trunc('week', 'started_date') }} as date) as cohort_date
    from {{ ref('int_account_follow_up') }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

in_cohorts as (
    select weeks.*, 'all' as cohort
    from weeks
    union all
    select weeks.*, cast(accounts.cohort_date as {{ dbt.type_string() }}) as cohort
    from weeks
    inner join accounts on weeks.account_id = accounts.account_id
),

counted as (
    select
        in_cohorts.cohort,
        groups.segment_attribute,
        groups.segment_value,
        in_cohorts.week_number,
        greatest(max(groups.min_accounts), {{ min_followed() }}) as min_accounts,
        count(*) as n_accounts,
        {% for state in ['new', 'active', 'resurrected', 'dormant', 'churned'] %}
        cast(sum(case when in_cohorts.state = '{{ state }}' then 1 else 0 end) as bigint) as n_{{ state }},
        {% endfor %}
        cast(sum(case when in_cohorts.n_active_days > 0 and not in_cohorts.has_left then 1 else 0 end) as bigint)
            as n_retained,
        avg(
            case when in_cohorts.n_active_days > 0 and not in_cohorts.has_left then in_cohorts.n_active_days / 7.0e0 end
        )
            as stickiness_ratio
    from in_cohorts
    inner join groups on in_cohorts.account_id = groups.account_id
    group by in_cohorts.cohort, groups.segment_attribute, groups.segment_value, in_cohorts.week_number
),

final as (
    select
        cohort,
        segment_attribute,
        segment_value,
        week_number,
        n_accounts,
        n_accounts < min_accounts as is_too_small,
        {% for state in ['new', 'active', 'resurrected', 'dormant', 'churned'] %}
        n_{{ state }},
        {% endfor %}
        n_retained,
        case when n_accounts >= min_accounts then cast(n_retained as double) / n_accounts end as retained_ratio,
        case when n_accounts >= min_accounts then {{ wilson_bound('n_retained', 'n_accounts', 'low') }} end
            as retained_low,
        case when n_accounts >= min_accounts then {{ wilson_bound('n_retained', 'n_accounts', 'high') }} end
            as retained_high,
        case when n_accounts >= min_accounts then stickiness_ratio end as stickiness_ratio
    from counted
)

select * from final

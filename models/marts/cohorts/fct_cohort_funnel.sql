-- Conversion of a cohort from each step to the next, with interval and duration.
-- Grain: one row per cohort, segment_attribute, segment_value and step.

-- The path in order: a step is entered when every step before it was attained, but for optional ones. Reached counts
-- those who attained it in any order. Journeys under way are in it: n_open of those who entered may still get there.
{% set way = 'partition by account_id order by sequence' %}
{% set before = 'over (' ~ way ~ ' rows between unbounded preceding and 1 preceding)' %}

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

steps as (
    select * from {{ ref('int_account_steps') }}
    where is_latest and target_days is not null
),

placed as (
    select
        steps.*,
        coalesce(
            sum(case when steps.attained_date is null and not steps.is_optional then 1 else 0 end) {{ before }}, 0
        ) = 0 as has_entered,
        coalesce(max(case when not steps.is_optional then steps.attained_date end) {{ before }}, steps.started_date)
            as entered_on
    from steps
),

entered as (
    select
        placed.account_id,
        placed.milestone_id,
        placed.sequence,
        placed.is_optional,
        placed.has_entered,
        placed.attained_date is not null as has_reached,
        placed.has_entered and placed.attained_date is not null as has_attained,
        placed.has_entered and placed.attained_date is null and accounts.gone_since is null as is_open,
        placed.has_entered and placed.attained_date is null and accounts.gone_since is not null as has_left,
        placed.has_entered and placed.attained_date < placed.entered_on as was_early,
        case when placed.has_entered then {{ days_to('placed.entered_on', 'placed.attained_date') }} end as step_days,
        {{ dbt.date_trunc('month', 'placed.started_date') }} as month_date
    from placed
    inner join accounts on placed.account_id = accounts.account_id
),

in_cohorts as (
    select *, 'all' as cohort from entered
    union all
    select *, left(cast(cast(month_date as date) as {{ dbt.type_string() }}), 7) as cohort from entered
),

counted as (
    select
        in_cohorts.cohort,
        groups.segment_attribute,
        groups.segment_value,
        in_cohorts.milestone_id as step,
        min(in_cohorts.sequence) as sequence,
        max(case when in_cohorts.is_optional then 1 else 0 end) = 1 as is_optional,
        max(groups.min_accounts) as min_accounts,
        count(*) as n_accounts,
        cast(sum(case when in_cohorts.has_entered then 1 else 0 end) as bigint) as n_entered,
        cast(sum(case when in_cohorts.has_attained then 1 else 0 end) as bigint) as n_attained,
        cast(sum(case when in_cohorts.is_open then 1 else 0 end) as bigint) as n_open,
        cast(sum(case when in_cohorts.has_left then 1 else 0 end) as bigint) as n_left,
        cast(sum(case when in_cohorts.was_early then 1 else 0 end) as bigint) as n_early,
        cast(sum(case when in_cohorts.has_reached then 1 else 0 end) as bigint) as n_reached,
        {{ percentile('in_cohorts.step_days', 0.5) }} as median_days
    from in_cohorts
    inner join groups on in_cohorts.account_id = groups.account_id
    group by in_cohorts.cohort, groups.segment_attribute, groups.segment_value, in_cohorts.milestone_id
),

final as (
    select
        cohort,
        segment_attribute,
        segment_value,
        step,
        sequence,
        is_optional,
        n_accounts,
        n_accounts < min_accounts as is_too_small,
        n_entered,
        n_attained,
        n_open,
        n_left,
        n_early,
        n_reached,
        case when n_accounts >= min_accounts then cast(n_attained as double) / nullif(n_entered, 0) end
            as conversion_ratio,
        case when n_accounts >= min_accounts then {{ wilson_bound('n_attained', 'n_entered', 'low') }} end
            as conversion_low,
        case when n_accounts >= min_accounts then {{ wilson_bound('n_attained', 'n_entered', 'high') }} end
            as conversion_high,
        case when n_accounts >= min_accounts then cast(n_attained as double) / n_accounts end as overall_ratio,
        case when n_accounts >= min_accounts then cast(n_reached as double) / n_accounts end as reached_ratio,
        case when n_accounts >= min_accounts then {{ wilson_bound('n_reached', 'n_accounts', 'low') }} end
            as reached_low,
        case when n_accounts >= min_accounts then {{ wilson_bound('n_reached', 'n_accounts', 'high') }} end
            as reached_high,
        case when n_accounts >= min_accounts then cast(median_days as double) end as median_days
    from counted
)

select * from final

-- Whether accounts that are called stalled do not move on: what the flag of a stalled journey is worth.
-- Grain: one row per stage and is_stalled.

-- The first scored day of each stall, and of each stay that was none yet, at least 28 days ago. A new milestone within
-- these 28 days is moving on; leaving without one is not.
{% set followed_days = 28 %}

with journeys as (
    select * from {{ ref('fct_onboarding_journeys') }}
    where not is_complete and n_milestones > 0 and stall_threshold_days is not null
),

history as (
    select * from {{ ref('int_milestone_history') }}
    where known_from <= {{ last_day() }} and (known_to is null or known_to > {{ last_day() }})
),

flags as (
    select
        account_id,
        stage,
        is_stalled,
        min(as_of) as as_of
    from journeys
    group by account_id, stage, is_stalled, case when is_stalled then last_progress_on end
),

matured as (
    select *
    from flags
    where {{ add_days('as_of', followed_days) }} <= {{ last_day() }}
),

followed as (
    select
        matured.account_id,
        matured.stage,
        matured.is_stalled,
        matured.as_of,
        max(case when history.account_id is not null then 1 else 0 end) as has_moved
    from matured
    left join history
        on
            matured.account_id = history.account_id
            and history.attained_date > matured.as_of
            and history.attained_date <= {{ add_days('matured.as_of', followed_days) }}
    group by matured.account_id, matured.stage, matured.is_stalled, matured.as_of
),

in_stages as (
    select stage, is_stalled, has_moved from followed
    union all
    select 'all' as stage, is_stalled, has_moved from followed
),

counted as (
    select
        stage,
        is_stalled,
        count(*) as n,
        cast(sum(1 - has_moved) as bigint) as n_not_moved
    from in_stages
    group by stage, is_stalled
),

final as (
    select
        stage,
        is_stalled,
        n,
        n_not_moved,
        n < {{ min_followed() }} as is_too_small,
        case when n >= {{ min_followed() }} then cast(n_not_moved as double) / n end as not_moved_ratio,
        case when n >= {{ min_followed() }} then {{ wilson_bound('n_not_moved', 'n', 'low') }} end as not_moved_low,
        case when n >= {{ min_followed() }} then {{ wilson_bound('n_not_moved', 'n', 'high') }} end as not_moved_high
    from counted
)

select * from final

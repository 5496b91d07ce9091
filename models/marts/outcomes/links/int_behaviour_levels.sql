-- From how much on a behaviour counts: quantiles of the earlier accounts.
-- Grain: one row per window_days, behaviour and level.

-- At all, at least what the median of those does who do it, and the upper quarter of them. A level that nearly all or
-- nearly nobody reaches tells nobody apart. No outcome is looked at.
with behaviours as (
    select * from {{ ref('int_behaviour_values') }}
),

landmarks as (
    select
        account_id,
        landmark_day as window_days,
        percent_rank() over (partition by landmark_day order by started_date) < 0.5 as is_earlier
    from {{ ref('int_account_landmarks') }}
),

earlier as (
    select behaviours.*
    from behaviours
    inner join landmarks on {{ same_keys('behaviours', 'landmarks', ['account_id', 'window_days']) }}
    where landmarks.is_earlier
),

quantiles as (
    select
        window_days,
        behaviour,
        ceil({{ percentile('case when value > 0 then value end', 0.5) }}) as median_value,
        ceil({{ percentile('case when value > 0 then value end', 0.75) }}) as upper_value
    from earlier
    group by window_days, behaviour
),

levels as (
    select *, cast(1 as bigint) as level from quantiles
    union all
    select *, cast(median_value as bigint) as level from quantiles
    where median_value > 1
    union all
    select *, cast(upper_value as bigint) as level from quantiles
    where upper_value > 1 and upper_value > median_value
),

reached as (
    select
        levels.window_days,
        levels.behaviour,
        levels.level,
        avg(case when earlier.value >= levels.level then 1.0e0 else 0.0e0 end) as reach_ratio
    from levels
    inner join earlier on {{ same_keys('levels', 'earlier', ['window_days', 'behaviour']) }}
    group by levels.window_days, levels.behaviour, levels.level
),

final as (
    select levels.*
    from levels
    inner join reached on {{ same_keys('levels', 'reached', ['window_days', 'behaviour', 'level']) }}
    where reached.reach_ratio between 0.05 and 0.95
)

select * from final

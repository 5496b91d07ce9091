-- Whether more of a behaviour goes with more of an outcome: a trend over the levels that an account reached.
-- Grain: one row per behaviour, window_days, landmark_day, outcome, horizon_days, segment_attribute and segment_value.

-- Mantel's extension test (1963) over the same strata; the dose is how many levels were reached. Levels contain one
-- another, so sums over doses are sums over levels.
{% set keys = 'behaviour, window_days, landmark_day, outcome, horizon_days, segment_attribute, segment_value' %}

with tables as (
    select * from {{ ref('int_behaviour_tables') }}
    where sample = 'all'
),

numbered as (
    select
        *,
        dense_rank() over (partition by {{ keys }} order by level) as dose,
        n_with + n_without as n,
        n_with_events + n_without_events as n_events
    from tables
),

strata as (
    select
        {{ keys }},
        stratum,
        max(dose) as n_levels,
        max(n) as n,
        max(n_events) as n_events,
        sum(n_with_events) as dose_of_events,
        sum(n_with) as doses,
        sum((2 * dose - 1) * n_with) as squared_doses
    from numbered
    group by {{ keys }}, stratum
),

final as (
    select
        {{ keys }},
        max(n_levels) as n_levels,
        sum(dose_of_events - 1.0e0 * doses * n_events / n) / sqrt(nullif(sum(
            case
                when n > 1
                    then
                        1.0e0 * n_events * (n - n_events) / (1.0e0 * n * n * (n - 1))
                        * (1.0e0 * n * squared_doses - 1.0e0 * doses * doses)
                else 0.0e0
            end
        ), 0.0e0)) as trend_z
    from strata
    group by {{ keys }}
    having max(n_levels) > 1
)

select * from final

-- The two-by-two tables of each behaviour and outcome, stratum by stratum, for the earlier accounts, the later ones, and all.
-- Grain: one row per behaviour, level, window_days, landmark_day, outcome, horizon_days, segment_attribute, segment_value, sample and stratum.

{% set keys = 'behaviour, level, window_days, landmark_day, segment_attribute, segment_value, stratum' %}

with counts as (
    select * from {{ ref('int_behaviour_counts') }}
),

halves as (
    {{ linked_halves('counts', keys) }}
),

together as (
    select
        {{ keys }},
        max(min_accounts) as min_accounts,
        outcome,
        horizon_days,
        'all' as sample,
        cast(sum(n_with) as bigint) as n_with,
        cast(sum(n_with_events) as bigint) as n_with_events,
        cast(sum(n_without) as bigint) as n_without,
        cast(sum(n_without_events) as bigint) as n_without_events
    from halves
    group by {{ keys }}, outcome, horizon_days
),

final as (
    select * from halves
    where n_with + n_without > 0
    union all
    select * from together
    where n_with + n_without > 0
)

select * from final

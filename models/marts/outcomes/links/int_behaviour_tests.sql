-- How strongly each behaviour and outcome go together, plainly and among accounts that are otherwise alike.
-- Grain: one row per behaviour, level, window_days, landmark_day, outcome, horizon_days, segment_attribute, segment_value and sample.

{% set keys = [
    'behaviour', 'level', 'window_days', 'landmark_day', 'outcome', 'horizon_days', 'segment_attribute', 'segment_value',
    'sample',
] | join(', ') %}
{% set cells = ['n_with_events', '(n_with - n_with_events)', 'n_without_events', '(n_without - n_without_events)'] %}
-- The test is asked where its normal limit holds (Mantel and Fleiss 1980): five from what is expected either way.
{% set pooled = '((1.0e0 * n_with_events + n_without_events) / (n_with + n_without))' %}

with tables as (
    select * from {{ ref('int_behaviour_tables') }}
),

measured as (
    select
        {{ keys }},
        max(min_accounts) as min_accounts,
        cast(sum(n_with) as bigint) as n_with,
        cast(sum(n_with_events) as bigint) as n_with_events,
        cast(sum(n_without) as bigint) as n_without,
        cast(sum(n_without_events) as bigint) as n_without_events,
        {{ odds_ratio(*cells) }} as odds_ratio,
        {{ odds_ratio(*cells, bound='low') }} as odds_ratio_low,
        {{ odds_ratio(*cells, bound='high') }} as odds_ratio_high,
        {{ odds_ratio_z(*cells) }} as z,
        cast(sum(case when n_with > 0 and n_without > 0 then n_with + n_without else 0 end) as bigint) as n_alike,
        sum(1.0e0 * n_with * (n_with_events + n_without_events) / (n_with + n_without)) as expected,
        sum(greatest(0, n_with_events + n_without_events - n_without)) as least_possible,
        sum(least(n_with, n_with_events + n_without_events)) as most_possible
    from tables
    group by {{ keys }}
),

compared as (
    select
        *,
        n_with >= {{ min_linked() }}
        and n_without >= {{ min_linked() }}
        and n_with + n_without >= min_accounts
        and n_with_events + n_without_events >= {{ min_linked() }}
        and n_with + n_without - n_with_events - n_without_events >= {{ min_linked() }} as is_enough,
        least(expected - least_possible, most_possible - expected) >= 5.0e0 as is_normal,
        (1.0e0 * n_with_events / nullif(n_with, 0) - 1.0e0 * n_without_events / nullif(n_without, 0)) / nullif(sqrt(
            {{ pooled }} * (1.0e0 - {{ pooled }}) * (1.0e0 / nullif(n_with, 0) + 1.0e0 / nullif(n_without, 0))
        ), 0.0e0) as plain_z
    from measured
),

final as (
    select
        *,
        1.0e0 * n_with_events / nullif(n_with, 0) as ratio_with,
        1.0e0 * n_without_events / nullif(n_without, 0) as ratio_without,
        case
            when n_with_events > 0 and n_without_events > 0
                then (1.0e0 * n_with_events / n_with) / (1.0e0 * n_without_events / n_without)
        end as risk_ratio,
        case
            when n_with_events > 0 and n_without_events > 0
                then
                    {{ z_90() }} * sqrt(
                        1.0e0 / n_with_events - 1.0e0 / n_with + 1.0e0 / n_without_events - 1.0e0 / n_without
                    )
        end as log_risk_ratio_margin,
        case
            when n_with_events * n_without_events * (n_with - n_with_events) * (n_without - n_without_events) > 0
                then
                    ln(1.0e0 * n_with_events / (n_with - n_with_events))
                    - ln(1.0e0 * n_without_events / (n_without - n_without_events))
        end as plain_log_odds_ratio,
        case when is_enough and is_normal and z is not null then 2 * {{ normal_tail('abs(z)') }} end as p_value,
        case when is_enough and plain_z is not null then 2 * {{ normal_tail('abs(plain_z)') }} end as plain_p_value
    from compared
)

select * from final

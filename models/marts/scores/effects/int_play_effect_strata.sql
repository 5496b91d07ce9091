-- Sums of what followed among comparable accounts, for those who got a play and for the others.
-- Grain: one row per play_id, comparison, measure, segment_attribute, segment_value and stratum.

{% set keys = 'play_id, comparison, measure, segment_attribute, segment_value, stratum' %}

with outcomes as (
    select * from {{ ref('int_play_outcome_values') }}
),

-- for everyone and for each segment that has benchmarks
grouped as (
    {% for group in ['all', 'own'] %}
    select
        play_id,
        comparison,
        measure,
        {{ "'all'" if group == 'all' else 'segment_attribute' }} as segment_attribute,
        {{ "'all'" if group == 'all' else 'segment_value' }} as segment_value,
        stratum,
        is_treated,
        was_done,
        cast(n_days as double) as n_days,
        value
    from outcomes
    {{ "where segment_attribute <> 'all'" if group == 'own' else 'union all' }}
    {% endfor %}
),

sides as (
    select
        {{ keys }},
        {% for side, condition in [('1', 'is_treated'), ('0', 'not is_treated')] %}
        sum(case when {{ condition }} then 1.0e0 else 0.0e0 end) as n_{{ side }},
        sum(case when {{ condition }} then value else 0.0e0 end) as sum_{{ side }},
        sum(case when {{ condition }} then value * value else 0.0e0 end) as squares_{{ side }},
        sum(case when {{ condition }} then n_days else 0.0e0 end) as days_{{ side }},
        sum(case when {{ condition }} then n_days * n_days else 0.0e0 end) as days_squares_{{ side }},
        sum(case when {{ condition }} then n_days * value else 0.0e0 end) as days_values_{{ side }},
        {% endfor %}
        sum(case when is_treated then was_done else 0.0e0 end) as n_done
    from grouped
    group by {{ keys }}
),

final as (
    select * from sides
    where n_1 > 0 and n_0 > 0
)

select * from final

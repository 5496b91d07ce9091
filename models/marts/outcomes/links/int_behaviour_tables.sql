-- The two-by-two tables of each behaviour and outcome, stratum by stratum, for the earlier accounts, the later ones, and all.
-- Grain: one row per behaviour, level, window_days, landmark_day, outcome, horizon_days, segment_attribute, segment_value, sample and stratum.

{% set keys = 'behaviour, level, window_days, landmark_day, segment_attribute, segment_value, stratum' %}
{% set sides = ['n_with', 'n_with_events', 'n_without', 'n_without_events'] %}

with counts as (
    select * from {{ ref('int_behaviour_counts') }}
),

halves as (
    {% for outcome, horizon, _, _ in linked_outcomes() %}{% for half in ['earlier', 'later'] %}
    select
        {{ keys }},
        min_accounts,
        '{{ outcome }}' as outcome,
        {{ horizon }} as horizon_days,
        '{{ half }}' as sample,
        {% for side in sides %}
        {{ outcome }}_{{ horizon }}_{{ half }}_{{ side[2:] }} as {{ side }}{{ ',' if not loop.last }}
        {% endfor %}
    from counts
    {% if not loop.last %}union all{% endif %}{% endfor %}
    {% if not loop.last %}union all{% endif %}{% endfor %}
),

together as (
    select
        {{ keys }},
        max(min_accounts) as min_accounts,
        outcome,
        horizon_days,
        'all' as sample,
        {% for side in sides %}
        sum({{ side }}) as {{ side }}{{ ',' if not loop.last }}
        {% endfor %}
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

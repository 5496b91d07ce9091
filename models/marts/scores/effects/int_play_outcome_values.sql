-- What followed for each account on which a play is judged, in long form: one measure per row.
-- Grain: one row per play_id, comparison, account_id, is_treated and measure.

{% set keys = 'play_id, comparison, account_id, is_treated, segment_attribute, segment_value, was_done' %}

with results as (
    select * from {{ ref('int_play_comparison_results') }}
),

components as (
    select
        components.*,
        plays.play_id
    from {{ ref('fct_score_components') }} as components
    inner join {{ ref('plays') }} as plays on components.metric_id = plays.objective_metric_id
),

measured as (
    select
        results.*,
        later.points - components.points as objective_change
    from results
    left join components
        on
            {{ same_keys('results', 'components', ['account_id', 'play_id', 'rubric_version']) }}
            and results.index_on = components.scored_on
    left join components as later
        on
            {{ same_keys('results', 'later', ['account_id', 'play_id']) }}
            and results.later_on = later.scored_on
            and results.rubric_version_later = later.rubric_version
            and results.score_change is not null
),

final as (
    {% for measure, value in [
        ('resolved', 'resolved'), ('objective', 'objective_change'), ('score', 'score_change'), ('churn', 'n_churned')
    ] %}
    select
        {{ keys }},
        '{{ measure }}' as measure,
        stratum,
        n_days,
        cast({{ value }} as double) as value
    from measured
    where {{ value }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final

-- Effect of each play: treated against untreated accounts, randomised or matched.
-- Grain: one row per play_id, comparison, measure, segment_attribute and segment_value.

{% set keys = 'play_id, comparison, measure, segment_attribute, segment_value' %}

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

-- in long form, for everyone and for each segment that has benchmarks
outcomes as (
    {% for group in ['all', 'own'] %}
    {% set outer_loop = loop %}
    {% for measure, value in [
        ('resolved', 'resolved'), ('objective', 'objective_change'), ('score', 'score_change'), ('churn', 'n_churned')
    ] %}
    select
        play_id,
        comparison,
        '{{ measure }}' as measure,
        {{ "'all'" if group == 'all' else 'segment_attribute' }} as segment_attribute,
        {{ "'all'" if group == 'all' else 'segment_value' }} as segment_value,
        stratum,
        is_treated,
        was_done,
        n_days,
        cast({{ value }} as double) as value
    from measured
    where {{ value }} is not null{{ " and segment_attribute <> 'all'" if group == 'own' }}
    {% if not (loop.last and outer_loop.last) %}union all{% endif %}
    {% endfor %}
    {% endfor %}
),

strata as (
    select
        {{ keys }},
        {% for side, condition in [('1', 'is_treated'), ('0', 'not is_treated')] %}
        sum(case when {{ condition }} then 1.0e0 else 0.0e0 end) as n_{{ side }},
        sum(case when {{ condition }} then value else 0.0e0 end) as sum_{{ side }},
        sum(case when {{ condition }} then value * value else 0.0e0 end) as squares_{{ side }},
        sum(case when {{ condition }} then cast(n_days as double) else 0.0e0 end) as days_{{ side }},
        {% endfor %}
        sum(case when is_treated then was_done else 0.0e0 end) as n_done
    from outcomes
    group by {{ keys }}, stratum
),

effects as (
    select
        {{ keys }},
        cast(sum(n_1) as bigint) as n_treated,
        cast(sum(n_0) as bigint) as n_untreated,
        sum(n_done) / sum(n_1) as done_ratio,
        cast(case when measure = 'churn' then sum(sum_1 + sum_0) end as bigint) as n_churned,
        case when measure = 'churn' then 30.0 * sum(sum_1) / sum(days_1) else sum(sum_1) / sum(n_1) end
            as treated_value,
        case
            when measure = 'churn' then 30.0 * sum(sum_0) / sum(days_0)
            else sum(n_1 * sum_0 / n_0) / sum(n_1)
        end as untreated_value,
    {% for name, bound in [('effect', ''), ('effect_low', 'low'), ('effect_high', 'high')] %}
    case
        when measure = 'churn' then {{ mantel_haenszel('sum_1', 'days_1', 'sum_0', 'days_0', bound) }}
        else {{ stratified_difference(bound) }}
    end as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
    from strata
    where n_1 > 0 and n_0 > 0
    group by {{ keys }}
),

final as (
    select
        *,
        case
            when n_treated < 20 or n_untreated < 20 or n_churned < 10 or effect_low is null then 'insufficient'
            when measure = 'churn' and effect_high < 1.0 or measure <> 'churn' and effect_low > 0.0 then 'better'
            when measure = 'churn' and effect_low > 1.0 or measure <> 'churn' and effect_high < 0.0 then 'worse'
            else 'no_difference_shown'
        end as verdict
    from effects
)

select * from final

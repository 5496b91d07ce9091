-- Effect of each play: treated against untreated accounts, randomised or matched.
-- Grain: one row per play_id, comparison, measure, segment_attribute and segment_value.

{% set keys = 'play_id, comparison, measure, segment_attribute, segment_value' %}

with strata as (
    select * from {{ ref('int_play_effect_strata') }}
),

ratios as (
    select * from {{ ref('int_play_churn_ratios') }}
),

effects as (
    select
        {{ keys }},
        cast(sum(n_1) as bigint) as n_treated,
        cast(sum(n_0) as bigint) as n_untreated,
        sum(n_done) / sum(n_1) as done_ratio,
        cast(case when measure = 'churn' then sum(sum_1 + sum_0) end as bigint) as n_churned,
        case when measure = 'churn' then 30.0 * sum(sum_1) / nullif(sum(days_1), 0) else sum(sum_1) / sum(n_1) end
            as treated_value,
        case
            when measure = 'churn' then 30.0 * sum(sum_0) / nullif(sum(days_0), 0)
            else sum(n_1 * sum_0 / n_0) / sum(n_1)
        end as untreated_value,
        {{ stratified_difference('') }} as difference,
        {{ stratified_difference('low') }} as difference_low,
        {{ stratified_difference('high') }} as difference_high
    from strata
    group by {{ keys }}
),

bounded as (
    select
        effects.*,
        case when effects.measure = 'churn' then ratios.ratio else effects.difference end as effect,
    {% for side, sign in [('low', '-'), ('high', '')] %}
    case
        when effects.measure = 'churn' then ratios.ratio * exp({{ sign }}{{ z_90() }} * ratios.log_standard_error)
        else effects.difference_{{ side }}
    end as effect_{{ side }}{{ ',' if not loop.last }}
    {% endfor %}
    from effects
    left join ratios
        on
            {{ same_keys('effects', 'ratios', keys.replace('measure, ', '').split(', ')) }}
            and effects.measure = 'churn'
),

valued as (
    select
        *,
        n_treated >= 20 and n_untreated >= 20 and coalesce(n_churned, 10) >= 10 and effect_low is not null
            as is_judged,
        case when measure = 'churn' then ln(effect) else effect end as distance,
        case when measure = 'churn' then ln(effect_high / effect_low) else effect_high - effect_low end
        / (2 * {{ z_90() }}) as standard_error
    from bounded
),

tested as (
    select
        *,
        case when is_judged then {{ two_sided_p_value('distance', 'standard_error') }} end as p_value
    from valued
),

corrected as (
    {{ benjamini_hochberg('tested', "measure, case when segment_attribute = 'all' then 'all' else 'segments' end") }}
),

final as (
    select
        {{ keys }},
        n_treated,
        n_untreated,
        done_ratio,
        n_churned,
        treated_value,
        untreated_value,
        effect,
        effect_low,
        effect_high,
        p_value,
        q_value,
        case
            when not is_judged then 'insufficient'
            when coalesce(q_value > 0.1, true) then 'no_difference_shown'
            when (measure = 'churn') = (distance < 0) then 'better'
            else 'worse'
        end as verdict
    from corrected
)

select * from final

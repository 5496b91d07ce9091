-- Effect of each play: treated against untreated accounts, randomised or matched.
-- Grain: one row per play_id, comparison, measure, segment_attribute and segment_value.

{% set keys = 'play_id, comparison, measure, segment_attribute, segment_value' %}

with strata as (
    select * from {{ ref('int_play_effect_strata') }}
),

ratios as (
    select
        {{ keys }},
        {{ mantel_haenszel('sum_1', 'days_1', 'sum_0', 'days_0') }} as ratio,
        sum(sum_1 * days_0 / (days_1 + days_0)) as weighed_losses
    from strata
    where measure = 'churn' and days_1 + days_0 > 0
    group by {{ keys }}
),

rates as (
    select
        strata.*,
        ratios.ratio,
        (strata.sum_1 + strata.sum_0) / (ratios.ratio * strata.days_1 + strata.days_0) as rate
    from strata
    inner join ratios on {{ same_keys('strata', 'ratios', keys.split(', ')) }}
    where strata.days_1 + strata.days_0 > 0
),

-- the variance of the estimating function from each account's own residual: losses come early or late, not evenly as
-- Poisson's variance has it
noises as (
    select
        {{ keys }},
        sqrt(sum(
            (
                days_0 * days_0
                * (sum_1 - 2 * ratio * rate * days_values_1 + ratio * ratio * rate * rate * days_squares_1)
                + ratio * ratio * days_1 * days_1
                * (sum_0 - 2 * rate * days_values_0 + rate * rate * days_squares_0)
            ) / ((days_1 + days_0) * (days_1 + days_0))
        )) as noise
    from rates
    group by {{ keys }}
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
        when effects.measure = 'churn'
            then ratios.ratio * exp({{ sign }}{{ z_90() }} * noises.noise / nullif(ratios.weighed_losses, 0))
        else effects.difference_{{ side }}
    end as effect_{{ side }}{{ ',' if not loop.last }}
    {% endfor %}
    from effects
    left join ratios on {{ same_keys('effects', 'ratios', keys.split(', ')) }}
    left join noises on {{ same_keys('effects', 'noises', keys.split(', ')) }}
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
        case
            when n_treated < 20 or n_untreated < 20 or n_churned < 10 or effect_low is null then 'insufficient'
            when measure = 'churn' and effect_high < 1.0 or measure <> 'churn' and effect_low > 0.0 then 'better'
            when measure = 'churn' and effect_low > 1.0 or measure <> 'churn' and effect_high < 0.0 then 'worse'
            else 'no_difference_shown'
        end as verdict
    from bounded
)

select * from final

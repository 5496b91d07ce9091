-- Ratio of the churn rates of those who got a play and of the others, with the standard error of its logarithm.
-- Grain: one row per play_id, comparison, segment_attribute and segment_value.

{% set keys = 'play_id, comparison, segment_attribute, segment_value' %}

with strata as (
    select * from {{ ref('int_play_effect_strata') }}
    where measure = 'churn' and days_1 + days_0 > 0
),

ratios as (
    select
        {{ keys }},
        {{ mantel_haenszel('sum_1', 'days_1', 'sum_0', 'days_0') }} as ratio,
        sum(sum_1 * days_0 / (days_1 + days_0)) as weighed_losses
    from strata
    group by {{ keys }}
),

rates as (
    select
        strata.*,
        ratios.ratio,
        ratios.weighed_losses,
        (strata.sum_1 + strata.sum_0) / (ratios.ratio * strata.days_1 + strata.days_0) as rate
    from strata
    inner join ratios on {{ same_keys('strata', 'ratios', keys.split(', ')) }}
),

-- the variance of the estimating function from each account's own residual: losses come early or late, not evenly as
-- Poisson's variance has it
final as (
    select
        {{ keys }},
        ratio,
        sqrt(sum(
            (
                days_0 * days_0
                * (sum_1 - 2 * ratio * rate * days_values_1 + ratio * ratio * rate * rate * days_squares_1)
                + ratio * ratio * days_1 * days_1
                * (sum_0 - 2 * rate * days_values_0 + rate * rate * days_squares_0)
            ) / ((days_1 + days_0) * (days_1 + days_0))
        )) / nullif(weighed_losses, 0) as log_standard_error
    from rates
    group by {{ keys }}, ratio, weighed_losses
)

select * from final

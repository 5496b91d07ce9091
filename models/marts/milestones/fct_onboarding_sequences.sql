-- Orders of steps that accounts take in their first sixty days, how many churned later, and whether order matters.
-- Grain: one row per segment_attribute, segment_value and steps_taken.

-- The test compares orders of the same steps, so that how far an account got is not taken for the order it went in:
-- likelihood-ratio G of order against outcome, added up over sets of steps (Agresti 2002, 3.2).

with orders as (
    select * from {{ ref('int_step_orders') }}
),

sets as (
    select
        segment_attribute,
        segment_value,
        steps_expected,
        count(*) - 1 as degrees_of_freedom,
        cast(sum(n_churned) as double) / sum(n_matured) as churn_ratio
    from orders
    where is_compared
    group by segment_attribute, segment_value, steps_expected
    having count(*) > 1 and sum(n_churned) > 0 and sum(n_churned) < sum(n_matured)
),

deviations as (
    select
        orders.segment_attribute,
        orders.segment_value,
        orders.steps_expected,
        max(sets.degrees_of_freedom) as degrees_of_freedom,
        2.0e0 * sum(
            case
                when orders.n_churned > 0
                    then orders.n_churned * ln(orders.n_churned / (orders.n_matured * sets.churn_ratio))
                else 0
            end
            + case
                when orders.n_churned < orders.n_matured
                    then
                        (orders.n_matured - orders.n_churned)
                        * ln((orders.n_matured - orders.n_churned) / (orders.n_matured * (1 - sets.churn_ratio)))
                else 0
            end
        ) as chi_square
    from orders
    inner join sets
        on
            orders.segment_attribute = sets.segment_attribute
            and orders.segment_value = sets.segment_value
            and orders.steps_expected = sets.steps_expected
    where orders.is_compared
    group by orders.segment_attribute, orders.segment_value, orders.steps_expected
),

tests as (
    select
        segment_attribute,
        segment_value,
        greatest(0.0e0, sum(chi_square)) as order_chi_square,
        cast(sum(degrees_of_freedom) as bigint) as order_degrees_of_freedom
    from deviations
    group by segment_attribute, segment_value
),

final as (
    select
        orders.segment_attribute,
        orders.segment_value,
        orders.steps_taken,
        orders.n_steps,
        orders.is_too_small,
        orders.n,
        orders.n_matured,
        orders.n_churned,
        case
            when not orders.is_too_small then cast(orders.n_churned as double) / nullif(orders.n_matured, 0)
        end as churn_ratio,
        case
            when not orders.is_too_small then {{ wilson_bound('orders.n_churned', 'orders.n_matured', 'low') }}
        end as churn_low,
        case
            when not orders.is_too_small then {{ wilson_bound('orders.n_churned', 'orders.n_matured', 'high') }}
        end as churn_high,
        case when not orders.is_too_small then tests.order_chi_square end as order_chi_square,
        case when not orders.is_too_small then tests.order_degrees_of_freedom end as order_degrees_of_freedom,
        case
            when not orders.is_too_small
                then {{ chi_square_tail('tests.order_chi_square', 'tests.order_degrees_of_freedom') }}
        end as order_p_value
    from orders
    left join tests
        on orders.segment_attribute = tests.segment_attribute and orders.segment_value = tests.segment_value
)

select * from final

-- Which orders of steps accounts take in their first sixty days, how many of each left later, and whether order matters.
-- Grain: one row per segment_attribute, segment_value and steps_taken.

-- The test compares orders of the same steps, so that how far an account got is not taken for the order it went in:
-- likelihood-ratio G of order against outcome, added up over sets of steps (Agresti 2002, 3.2).
{% set max_orders, min_accounts_of_an_order = 20, 5 %}

with sequences as (
    select * from {{ ref('int_account_sequences') }}
),

groups as (
    select * from {{ ref('int_account_groups') }}
),

counted as (
    select
        groups.segment_attribute,
        groups.segment_value,
        groups.is_too_small,
        sequences.steps_taken,
        sequences.steps_expected,
        max(sequences.n_steps) as n_steps,
        count(*) as n,
        cast(sum(case when sequences.is_matured then 1 else 0 end) as bigint) as n_matured,
        cast(sum(case when sequences.has_churned then 1 else 0 end) as bigint) as n_churned
    from sequences
    inner join groups on sequences.account_id = groups.account_id
    group by 1, 2, 3, 4, 5
),

ranked as (
    select
        *,
        row_number() over (
            partition by segment_attribute, segment_value order by n desc, steps_taken
        ) <= {{ max_orders }} as is_frequent,
        n_matured >= {{ min_accounts_of_an_order }} as is_compared
    from counted
),

sets as (
    select
        segment_attribute,
        segment_value,
        steps_expected,
        count(*) - 1 as degrees_of_freedom,
        cast(sum(n_churned) as double) / sum(n_matured) as churn_ratio
    from ranked
    where is_frequent and is_compared
    group by segment_attribute, segment_value, steps_expected
    having count(*) > 1 and sum(n_churned) > 0 and sum(n_churned) < sum(n_matured)
),

deviations as (
    select
        ranked.segment_attribute,
        ranked.segment_value,
        2.0e0 * sum(
            case when ranked.n_churned > 0
                then ranked.n_churned * ln(ranked.n_churned / (ranked.n_matured * sets.churn_ratio)) else 0 end
            + case when ranked.n_churned < ranked.n_matured
                then (ranked.n_matured - ranked.n_churned)
                    * ln((ranked.n_matured - ranked.n_churned) / (ranked.n_matured * (1 - sets.churn_ratio))) else 0 end
        ) as chi_square
    from ranked
    inner join sets
        on
            ranked.segment_attribute = sets.segment_attribute
            and ranked.segment_value = sets.segment_value
            and ranked.steps_expected = sets.steps_expected
    where ranked.is_frequent and ranked.is_compared
    group by ranked.segment_attribute, ranked.segment_value
),

tests as (
    select
        deviations.segment_attribute,
        deviations.segment_value,
        greatest(0.0e0, deviations.chi_square) as order_chi_square,
        freedom.degrees_of_freedom as order_degrees_of_freedom
    from deviations
    inner join (
        select segment_attribute, segment_value, cast(sum(degrees_of_freedom) as bigint) as degrees_of_freedom
        from sets
        group by segment_attribute, segment_value
    ) as freedom
        on
            deviations.segment_attribute = freedom.segment_attribute
            and deviations.segment_value = freedom.segment_value
),

final as (
    select
        ranked.segment_attribute,
        ranked.segment_value,
        ranked.steps_taken,
        ranked.n_steps,
        ranked.is_too_small,
        ranked.n,
        ranked.n_matured,
        ranked.n_churned,
        case when not ranked.is_too_small then cast(ranked.n_churned as double) / nullif(ranked.n_matured, 0) end
            as churn_ratio,
        case when not ranked.is_too_small then {{ wilson_bound('ranked.n_churned', 'ranked.n_matured', 'low') }} end
            as churn_low,
        case when not ranked.is_too_small then {{ wilson_bound('ranked.n_churned', 'ranked.n_matured', 'high') }} end
            as churn_high,
        case when not ranked.is_too_small then tests.order_chi_square end as order_chi_square,
        case when not ranked.is_too_small then tests.order_degrees_of_freedom end as order_degrees_of_freedom,
        case when not ranked.is_too_small
            then {{ chi_square_tail('tests.order_chi_square', 'tests.order_degrees_of_freedom') }} end as order_p_value
    from ranked
    left join tests
        on ranked.segment_attribute = tests.segment_attribute and ranked.segment_value = tests.segment_value
    where ranked.is_frequent
)

select * from final

-- Orders of steps by group, how many accounts took each and how many of them left later.
-- Grain: one row per segment_attribute, segment_value and steps_taken.

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
    group by
        groups.segment_attribute,
        groups.segment_value,
        groups.is_too_small,
        sequences.steps_taken,
        sequences.steps_expected
),

ranked as (
    select
        *,
        row_number() over (partition by segment_attribute, segment_value order by n desc, steps_taken asc) as position,
        n_matured >= {{ min_accounts_of_an_order }} as is_compared
    from counted
),

final as (
    select
        segment_attribute,
        segment_value,
        is_too_small,
        steps_taken,
        steps_expected,
        n_steps,
        n,
        n_matured,
        n_churned,
        is_compared
    from ranked
    where position <= {{ max_orders }}
)

select * from final

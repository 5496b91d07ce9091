-- From when on it was known that an account had used the product at all.
-- Grain: one row per account_id.

with action_days as (
    select * from {{ ref('int_action_days') }}
),

final as (
    select
        account_id,
        min(known_on) as first_known_on
    from action_days
    group by account_id
)

select * from final

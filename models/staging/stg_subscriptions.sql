-- Subscriptions with every change of their state and price.
-- Grain: one row per subscription_id, valid_from and updated_at.

with landed as (
    {{ first_known(source('lake', 'subscriptions'), ['subscription_id', 'valid_from', 'updated_at']) }}
),

final as (
    select
        subscription_id,
        account_id,
        valid_from,
        valid_to,
        updated_at,
        status,
        mrr,
        currency,
        plan_tier,
        trial_ends_at,
        renewal_date,
        deleted_at,
        source_id,
        known_on
    from landed
)

select * from final

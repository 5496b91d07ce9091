-- Subscriptions with every change of their state and price.
-- Grain: one row per subscription_id, valid_from and updated_at.

{% set key = ['subscription_id', 'valid_from', 'updated_at'] %}
{% set content = [
    'account_id', 'status', 'mrr', 'valid_to', 'trial_ends_at', 'renewal_date', 'plan_tier', 'currency', 'deleted_at',
] %}

{% set is_open = "status not in ('churned', 'completed') and deleted_at is null" %}

with landed as (
    {{ known_versions(source('lake', 'subscriptions'), key, content) }}
),

dated as (
    select
        *,
        {{ version_time('updated_at', 'valid_from') }} as versioned_at
    from landed
),

moved as (
    {{ with_account_moves('dated', ['subscription_id', 'valid_from'], content, is_open) }}
),

final as (
    select
        subscription_id,
        account_id,
        valid_from,
        valid_to,
        versioned_at as updated_at,
        status,
        mrr,
        currency,
        plan_tier,
        trial_ends_at,
        renewal_date,
        deleted_at,
        source_id,
        known_on
    from moved
)

select * from final

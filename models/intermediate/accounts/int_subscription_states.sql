-- What each account pays and whether it is still a customer, as known on each day this build scores.
-- Grain: one row per account_id and scored_on.

with changes as (
    select * from {{ ref('int_subscription_amounts') }}
),

scored_days as (
    select * from {{ ref('int_scored_days') }}
),

as_known as (
    select
        changes.*,
        scored_days.scored_on,
        {{ newest_change('changes.subscription_id, scored_days.scored_on', 'changes') }} as recency
    from scored_days
    inner join changes
        on
            scored_days.scored_on >= changes.known_from
            and (changes.known_to is null or scored_days.scored_on < changes.known_to)
            and scored_days.scored_on >= changes.changed_on
),

final as (
    select
        account_id,
        scored_on,
        {{ lifecycle_of_subscriptions() }} as lifecycle,
        {{ amounts_of_subscriptions() }},
        min(case when status in ('active', 'past_due', 'trialing', 'paused') then renewal_date end) as renewal_date,
        max(changed_on) as changed_on
    from as_known
    where recency = 1
    group by account_id, scored_on
)

select * from final

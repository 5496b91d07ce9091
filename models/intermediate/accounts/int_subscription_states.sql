-- What each account pays and whether it is still a customer, as known on each day this build scores.
-- Grain: one row per account_id and scored_on.

with subscriptions as (
    select
        *,
        cast(valid_from as date) as valid_from_date
    from {{ ref('stg_subscriptions') }}
    where deleted_at is null
),

scored_days as (
    select * from {{ ref('int_scored_days') }}
),

as_known as (
    select
        subscriptions.account_id,
        subscriptions.subscription_id,
        scored_days.scored_on,
        subscriptions.status,
        subscriptions.mrr,
        subscriptions.renewal_date,
        subscriptions.valid_from_date,
        row_number() over (
            partition by subscriptions.subscription_id, scored_days.scored_on
            order by subscriptions.valid_from desc, subscriptions.updated_at desc
        ) as recency
    from scored_days
    inner join subscriptions
        on
            scored_days.scored_on >= subscriptions.known_on
            and scored_days.scored_on >= subscriptions.valid_from_date
),

final as (
    select
        account_id,
        scored_on,
        case
            when sum(case when status = 'active' then 1 else 0 end) > 0 then 'active'
            when sum(case when status = 'past_due' then 1 else 0 end) > 0 then 'past_due'
            when sum(case when status = 'trialing' then 1 else 0 end) > 0 then 'trialing'
            when sum(case when status = 'churned' then 1 else 0 end) > 0 then 'churned'
            else 'completed'
        end as lifecycle,
        sum(case when status in ('active', 'past_due') then coalesce(mrr, 0) else 0 end) as mrr,
        min(case when status in ('active', 'past_due', 'trialing') then renewal_date end) as renewal_date,
        max(valid_from_date) as changed_on
    from as_known
    where recency = 1
    group by account_id, scored_on
)

select * from final

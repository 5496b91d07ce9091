-- The state of each account on every day on which one of its subscriptions changed, as known on the last day.
-- Grain: one row per account_id and changed_on.

with changes as (
    select * from {{ ref('int_subscription_amounts') }}
    where
        known_from <= {{ last_day() }} and (known_to is null or known_to > {{ last_day() }})
        and changed_on <= {{ last_day() }}
),

days as (
    select distinct
        account_id,
        changed_on as day_date
    from changes
),

as_of_day as (
    select
        changes.*,
        days.day_date,
        {{ newest_change('changes.subscription_id, days.day_date', 'changes') }} as recency
    from days
    inner join changes on days.account_id = changes.account_id and days.day_date >= changes.changed_on
),

final as (
    select
        account_id,
        day_date as changed_on,
        {{ lifecycle_of_subscriptions() }} as lifecycle,
        {{ amounts_of_subscriptions() }}
    from as_of_day
    where recency = 1
    group by account_id, day_date
)

select * from final

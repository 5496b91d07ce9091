-- What accounts did in the product, by action and day.
-- Grain: one row per account_id, action and activity_date.

with action_days as (
    select * from {{ ref('int_action_days') }}
),

accounts as (
    select account_id from {{ ref('dim_accounts') }}
),

final as (
    select
        action_days.account_id,
        action_days.action,
        action_days.event_date as activity_date,
        max(action_days.kind) as kind,
        cast(sum(action_days.n) as bigint) as n,
        count(distinct action_days.user_id) as n_users,
        min(action_days.first_at) as first_at
    from action_days
    inner join accounts on action_days.account_id = accounts.account_id
    group by action_days.account_id, action_days.action, action_days.event_date
)

select * from final

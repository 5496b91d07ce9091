-- What accounts did in the product, by action and day.
-- Grain: one row per account_id, action and activity_date.

{{ config(materialized='incremental', partition_by='activity_date', rebuilt_days='int_activity_days_to_rebuild') }}

with action_days as (
    select * from {{ ref('int_action_days') }}
),

activity_dates as (
    select * from {{ ref('int_activity_days_to_rebuild') }}
),

accounts as (
    select account_id from {{ ref('dim_accounts') }}
),

-- person by person first: one distinct count per day, action and account would need three times as long
user_days as (
    select
        action_days.account_id,
        action_days.action,
        action_days.event_date as activity_date,
        action_days.user_id,
        max(action_days.kind) as kind,
        sum(action_days.n) as n,
        min(action_days.first_at) as first_at
    from action_days
    inner join accounts on action_days.account_id = accounts.account_id
    {% if is_incremental() %}
    inner join activity_dates on action_days.event_date = activity_dates.activity_date
    {% endif %}
    group by action_days.account_id, action_days.action, action_days.event_date, action_days.user_id
),

final as (
    select
        account_id,
        action,
        activity_date,
        max(kind) as kind,
        cast(sum(n) as bigint) as n,
        count(user_id) as n_users,
        min(first_at) as first_at
    from user_days
    group by account_id, action, activity_date
)

select * from final

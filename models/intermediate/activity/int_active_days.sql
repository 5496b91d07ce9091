-- Days on which an account used the product at all, and how many people did.
-- Grain: one row per account_id and activity_date.

{{ config(materialized='incremental', partition_by='activity_date', rebuilt_days='int_activity_days_to_rebuild') }}

with action_days as (
    select * from {{ ref('int_action_days') }}
),

activity_dates as (
    select * from {{ ref('int_activity_days_to_rebuild') }}
),

accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

user_days as (
    select
        action_days.account_id,
        action_days.event_date as activity_date,
        action_days.user_id
    from action_days
    inner join accounts
        on action_days.account_id = accounts.account_id and action_days.event_date >= accounts.started_date
    {% if is_incremental() %}
    inner join activity_dates on action_days.event_date = activity_dates.activity_date
    {% endif %}
    group by action_days.account_id, action_days.event_date, action_days.user_id
),

final as (
    select
        account_id,
        activity_date,
        count(user_id) as n_users
    from user_days
    group by account_id, activity_date
)

select * from final

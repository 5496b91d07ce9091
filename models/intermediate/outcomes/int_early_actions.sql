-- How much an account used each action by a landmark.
-- Grain: one row per account_id, landmark_day and action.

with early_use as (
    select * from {{ ref('int_early_use') }}
),

final as (
    select
        account_id,
        landmark_day,
        action,
        cast(sum(n) as bigint) as n,
        count(distinct event_date) as n_days
    from early_use
    group by account_id, landmark_day, action
)

select * from final

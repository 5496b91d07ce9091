-- Days on which an account was touched, by each kind of touch: used, helped, spoken to, answered.
-- Grain: one row per account_id, touch_type and touched_on.

with touch_types as (
    select * from {{ ref('touch_types') }}
),

plays as (
    select * from {{ ref('plays') }}
),

happened as (
    select account_id, 'events' as source, action as value, activity_date as touched_on
    from {{ ref('fct_account_activity') }}
    union all
    select account_id, 'plays' as source, play_id as value, closed_on as touched_on
    from {{ ref('fct_tasks') }}
    where status = 'done'
    union all
    select tasks.account_id, 'play_channels' as source, plays.channel as value, tasks.closed_on as touched_on
    from {{ ref('fct_tasks') }} as tasks
    inner join plays on tasks.play_id = plays.play_id
    where tasks.status = 'done'
    union all
    select account_id, 'notes' as source, kind as value, cast(noted_at as date) as touched_on
    from {{ ref('stg_notes') }}
    where known_until is null and deleted_at is null
    union all
    select account_id, 'tickets' as source, theme as value, cast(solved_at as date) as touched_on
    from {{ ref('fct_tickets') }}
    where solved_at is not null
),

final as (
    select
        happened.account_id,
        touch_types.touch_type,
        happened.touched_on,
        max(touch_types.lookback_days) as lookback_days,
        max(touch_types.half_life_days) as half_life_days
    from happened
    inner join touch_types
        on happened.source = touch_types.source and touch_types.value in (happened.value, 'any')
    group by happened.account_id, touch_types.touch_type, happened.touched_on
)

select * from final

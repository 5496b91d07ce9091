-- The touches on the way to each expansion, and of each account those after its last one, which led to none so far.
-- Grain: one row per account_id, path_number and position.

-- A touch leads to the next expansion after it, as long as it is no older than its kind is looked back for. A path without
-- any touch has one row with touch_type null.
with accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

touches as (
    select * from {{ ref('int_touches') }}
),

expansions as (
    select
        account_id,
        happened_on as expanded_on,
        mrr_change,
        lag(happened_on) over (partition by account_id order by happened_on) as expanded_before,
        row_number() over (partition by account_id order by happened_on) as path_number
    from {{ ref('int_account_outcome_events') }}
    where outcome = 'expansion'
),

-- those who never pay cannot grow
paying as (
    select account_id, min(happened_on) as paid_from
    from {{ ref('int_account_outcome_events') }}
    where outcome = 'first_payment'
    group by account_id
),

paths as (
    select account_id, path_number, expanded_on, mrr_change, expanded_on as ends_on, expanded_before as begins_after
    from expansions
    union all
    select
        accounts.account_id,
        cast(0 as bigint) as path_number,
        cast(null as date) as expanded_on,
        cast(null as double) as mrr_change,
        coalesce(accounts.gone_since, {{ last_day() }}) as ends_on,
        max(expansions.expanded_on) as begins_after
    from accounts
    inner join paying on accounts.account_id = paying.account_id
    left join expansions on accounts.account_id = expansions.account_id
    group by accounts.account_id, accounts.gone_since
),

final as (
    select
        paths.account_id,
        paths.path_number,
        paths.expanded_on,
        paths.mrr_change,
        touches.touch_type,
        touches.touched_on,
        touches.half_life_days,
        {{ days_between('touches.touched_on', 'paths.ends_on') }} as days_before,
        row_number() over (
            partition by paths.account_id, paths.path_number order by touches.touched_on, touches.touch_type
        ) as position
    from paths
    inner join accounts on paths.account_id = accounts.account_id
    left join touches
        on
            paths.account_id = touches.account_id
            and paths.ends_on >= touches.touched_on
            and accounts.started_date <= touches.touched_on
            and coalesce(touches.touched_on > paths.begins_after, true)
            and {{ days_between('touches.touched_on', 'paths.ends_on') }} <= touches.lookback_days
)

select * from final

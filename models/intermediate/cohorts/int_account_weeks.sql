-- Every week of an account since it started, with its activity and its lifecycle state.
-- Grain: one row per account_id and week_number.

-- Weeks count from the account's own start, so that all of them are whole; the one that is not over is left out.
-- new: first use; active: use in this week and the one before; resurrected: use after a week or more without;
-- dormant: none; churned: left before the week was over.
{% set way = 'partition by account_id order by week_number' %}
{% set next_week = add_days('weeks.week_date', 7) %}
{% set before = 'over (' ~ way ~ ' rows between unbounded preceding and 1 preceding)' %}

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

active_days as (
    select * from {{ ref('int_active_days') }}
),

numbers as (
    select {{ days_between("date '2000-01-01'", 'day') }} as week_number
    from {{ day_series("date '2000-01-01'", "date '2010-01-01'") }} as series
),

weeks as (
    select
        accounts.account_id,
        accounts.started_date,
        accounts.ended_on,
        accounts.returned_on,
        accounts.gone_since,
        numbers.week_number,
        {{ add_days('accounts.started_date', '7 * numbers.week_number') }} as week_date
    from accounts
    inner join numbers on {{ days_between('accounts.started_date', last_day()) }} >= 7 * numbers.week_number + 6
),

used as (
    select
        active_days.account_id,
        cast(floor({{ days_between('accounts.started_date', 'active_days.activity_date') }} / 7) as integer)
            as week_number,
        count(*) as n_active_days,
        sum(active_days.n_users) as n_user_days
    from active_days
    inner join accounts on active_days.account_id = accounts.account_id
    where active_days.activity_date <= {{ last_day() }}
    group by 1, 2
),

laid_out as (
    select
        weeks.*,
        coalesce(used.n_active_days, 0) as n_active_days,
        coalesce(
            (weeks.ended_on < {{ next_week }} and coalesce(weeks.returned_on >= {{ next_week }}, true))
            or weeks.gone_since < {{ next_week }},
            false
        ) as has_left,
        lag(coalesce(used.n_active_days, 0)) over (
            partition by weeks.account_id order by weeks.week_number
        ) as n_active_days_before
    from weeks
    left join used on weeks.account_id = used.account_id and weeks.week_number = used.week_number
),

final as (
    select
        account_id,
        week_number,
        week_date,
        n_active_days,
        has_left,
        case
            when has_left then 'churned'
            when n_active_days = 0 then 'dormant'
            when week_number = 0 or coalesce(sum(n_active_days) {{ before }}, 0) = 0 then 'new'
            when n_active_days_before > 0 then 'active'
            else 'resurrected'
        end as state
    from laid_out
)

select * from final

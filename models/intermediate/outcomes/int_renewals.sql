-- Each renewal of a subscription that came due, and whether it was made: on the day, late, early, or not at all.
-- Grain: one row per subscription_id and due_on.

-- A date counts as due when it was the subscription's next renewal until it came, or until the subscription ended before
-- it. A date replaced by one at least four weeks later was renewed early; by another one, it was corrected.
{% set by_subscription = 'partition by subscription_id order by changed_on' %}

with amounts as (
    select * from {{ ref('int_subscription_amounts') }}
    where
        known_from <= {{ last_day() }} and (known_to is null or known_to > {{ last_day() }})
        and changed_on <= {{ last_day() }}
),

newest as (
    select
        *,
        {{ newest_change('amounts.subscription_id, amounts.changed_on', 'amounts') }} as recency
    from amounts
),

states as (
    select
        subscription_id,
        account_id,
        changed_on,
        status,
        status in ('churned', 'completed') as is_end,
        renewal_date,
        lead(changed_on) over ({{ by_subscription }}) as next_changed_on,
        lead(status) over ({{ by_subscription }}) as next_status,
        lead(status in ('churned', 'completed')) over ({{ by_subscription }}) as next_is_end,
        lead(renewal_date) over ({{ by_subscription }}) as next_renewal_date
    from newest
    where recency = 1
),

-- what a state says of its renewal: that it came, that it will not, or that it was made before its day
said as (
    select
        subscription_id,
        account_id,
        changed_on as said_on,
        renewal_date as due_on,
        case
            when next_changed_on < renewal_date and not next_is_end then next_changed_on
        end as early_on,
        row_number() over (partition by subscription_id, renewal_date order by changed_on desc) as recency
    from states
    where
        not is_end
        and status <> 'trialing'
        and renewal_date > changed_on
        and (
            (renewal_date <= {{ last_day() }} and coalesce(next_changed_on >= renewal_date, true))
            or next_is_end
            or (
                next_changed_on < renewal_date
                and next_status = 'active'
                and {{ days_between('renewal_date', 'next_renewal_date') }} >= 28
            )
        )
),

-- the last word on a date counts: one that was changed and changed back was not renewed by that
due as (
    select * from said
    where recency = 1
),

-- paid again on the day or later, unless the subscription ended before that
followed as (
    select
        due.subscription_id,
        due.due_on,
        min(case when states.is_end then states.changed_on end) as ended_on,
        min(
            case
                when states.status = 'active' then greatest(states.changed_on, due.due_on)
            end
        ) as paid_on
    from due
    inner join states
        on
            due.subscription_id = states.subscription_id
            and due.said_on <= states.changed_on
            and (states.is_end or coalesce(states.next_changed_on > due.due_on, true))
    group by due.subscription_id, due.due_on
),

final as (
    select
        due.subscription_id,
        due.due_on,
        due.account_id,
        case
            when due.early_on is not null then due.early_on
            when followed.paid_on <= {{ last_day() }} and coalesce(followed.paid_on < followed.ended_on, true)
                then followed.paid_on
        end as renewed_on,
        case
            when due.early_on is null and coalesce(followed.ended_on <= followed.paid_on, followed.ended_on is not null)
                then followed.ended_on
        end as ended_on
    from due
    left join followed on due.subscription_id = followed.subscription_id and due.due_on = followed.due_on
)

select * from final

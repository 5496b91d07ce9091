-- Days from the start to first value, to every milestone and to churn, or as far as the account was observed.
-- Grain: one row per account_id and endpoint.

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

attained as (
    select
        account_id,
        kind,
        attained_date,
        case
            when version = max(version) over (partition by milestone_id) then milestone_id
            else concat(milestone_id, '@', version)
        end as endpoint
    from {{ ref('int_account_steps') }}
    where target_days is not null
),

reached as (
    select account_id, endpoint, attained_date as reached_on
    from attained
    union all
    select account_id, 'first_value' as endpoint, min(attained_date) as reached_on
    from attained
    where kind = 'first_value'
    group by account_id
    union all
    select account_id, 'churn' as endpoint, case when has_churned then ended_on end as reached_on
    from accounts
    where lifecycle <> 'none'
),

-- what an account attains after it left and came back is beyond what is followed
followed as (
    select
        reached.account_id,
        reached.endpoint,
        accounts.started_date,
        accounts.observed_until,
        accounts.ended_on,
        case when reached.reached_on <= accounts.observed_until then reached.reached_on end as reached_on
    from reached
    inner join accounts on reached.account_id = accounts.account_id
    where accounts.observed_until >= accounts.started_date
),

final as (
    select
        account_id,
        endpoint,
        {{ days_to('started_date', 'coalesce(reached_on, observed_until)') }} as duration_days,
        case when reached_on is not null then 1 else 0 end as is_event,
        case when reached_on is null and ended_on is not null then 1 else 0 end as has_left
    from followed
)

select * from final

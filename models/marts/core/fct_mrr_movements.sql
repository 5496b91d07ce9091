-- Movements of monthly recurring revenue, account by account, at month ends.
-- Grain: one row per account_id, month_date and movement.

with accounts as (
    select account_id from {{ ref('dim_accounts') }}
),

months as (
    select
        month_date,
        max(day_date) as last_date
    from {{ ref('dim_calendar') }}
    group by month_date
),

subscriptions as (
    select * from {{ ref('stg_subscriptions') }}
    where deleted_at is null and known_on <= {{ last_day() }}
),

as_of_month_end as (
    select
        months.month_date,
        subscriptions.account_id,
        case when subscriptions.status in ('active', 'past_due') then coalesce(subscriptions.mrr, 0) else 0 end as mrr,
        row_number() over (
            partition by months.month_date, subscriptions.subscription_id
            order by subscriptions.valid_from desc, subscriptions.updated_at desc
        ) as recency
    from months
    inner join subscriptions on months.last_date >= cast(subscriptions.valid_from as date)
),

monthly as (
    select
        as_of_month_end.account_id,
        as_of_month_end.month_date,
        sum(as_of_month_end.mrr) as mrr
    from as_of_month_end
    inner join accounts on as_of_month_end.account_id = accounts.account_id
    where as_of_month_end.recency = 1
    group by as_of_month_end.account_id, as_of_month_end.month_date
),

compared as (
    select
        *,
        coalesce(lag(mrr) over (partition by account_id order by month_date), 0.0) as mrr_before,
        coalesce(max(mrr) over (
            partition by account_id order by month_date rows between unbounded preceding and 1 preceding
        ), 0.0) as highest_mrr_before
    from monthly
),

final as (
    select
        account_id,
        month_date,
        case
            when mrr_before = 0 and highest_mrr_before = 0 then 'new'
            when mrr_before = 0 then 'reactivation'
            when mrr = 0 then 'churn'
            when mrr > mrr_before then 'expansion'
            else 'contraction'
        end as movement,
        mrr - mrr_before as mrr_change,
        mrr
    from compared
    where mrr <> mrr_before
)

select * from final

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

changes as (
    select * from {{ ref('int_account_lifecycle_changes') }}
),

as_of_month_end as (
    select
        changes.account_id,
        months.month_date,
        changes.mrr,
        changes.original_mrr,
        changes.original_currency,
        changes.lifecycle not in ('churned', 'completed') as is_customer,
        row_number() over (
            partition by changes.account_id, months.month_date order by changes.changed_on desc
        ) as recency
    from months
    inner join changes on months.last_date >= changes.changed_on
    inner join accounts on changes.account_id = accounts.account_id
),

-- what is unknown moves nothing: the next month that is known is compared with the last one that was
known as (
    select * from as_of_month_end
    where recency = 1 and mrr is not null
),

compared as (
    select
        *,
        coalesce(lag(mrr) over (partition by account_id order by month_date), 0.0) as mrr_before,
        coalesce(lag(is_customer) over (partition by account_id order by month_date), false) as was_customer,
        coalesce(max(mrr) over (
            partition by account_id order by month_date rows between unbounded preceding and 1 preceding
        ), 0.0) as highest_mrr_before
    from known
),

final as (
    select
        account_id,
        month_date,
        case
            when mrr_before = 0 and highest_mrr_before = 0 then 'new'
            when mrr_before = 0 and not was_customer then 'reactivation'
            -- a pause is no end
            when mrr = 0 and not is_customer then 'churn'
            when mrr > mrr_before then 'expansion'
            else 'contraction'
        end as movement,
        mrr - mrr_before as mrr_change,
        mrr,
        {{ reporting_currency() }} as currency,
        original_mrr,
        original_currency
    from compared
    where mrr <> mrr_before
)

select * from final

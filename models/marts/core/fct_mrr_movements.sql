-- Movements of monthly recurring revenue, account by account, at month ends.
-- Grain: one row per account_id, month_date and movement.

{% set by_month = 'partition by account_id order by month_date' %}

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

compared as (
    select
        *,
        lag(mrr) over ({{ by_month }}) as mrr_before,
        lag(original_mrr) over ({{ by_month }}) as original_mrr_before,
        lag(original_currency) over ({{ by_month }}) as original_currency_before,
        lag(account_id) over ({{ by_month }}) is not null as has_month_before,
        coalesce(lag(is_customer) over ({{ by_month }}), false) as was_customer,
        -- what is unknown is more than nothing
        coalesce(max(case when coalesce(mrr, 1) > 0 then 1 else 0 end) over (
            {{ by_month }} rows between unbounded preceding and 1 preceding
        ), 0) = 1 as has_paid_before
    from as_of_month_end
    where recency = 1
),

moved as (
    select
        *,
        has_month_before and mrr_before is null as was_unknown,
        coalesce(mrr_before, 0.0) as mrr_known_before
    from compared
),

final as (
    select
        account_id,
        month_date,
        case
            when was_unknown and mrr > 0 then 'became_known'
            when mrr is null and mrr_known_before > 0 then 'became_unknown'
            when not has_paid_before then 'new'
            when mrr_known_before = 0 and not was_customer then 'reactivation'
            -- a pause is no end
            when mrr = 0 and not is_customer then 'churn'
            when mrr > mrr_known_before then 'expansion'
            -- as far as the currency of the subscriptions tells
            when mrr is null and coalesce(original_mrr > original_mrr_before, true) then 'expansion'
            else 'contraction'
        end as movement,
        -- without an amount on the one side or the other, how much it moved is unknown
        case
            when mrr is not null and (not was_unknown or mrr > 0) then mrr - mrr_known_before
            when mrr is null and mrr_known_before > 0 then -1 * mrr_known_before
        end as mrr_change,
        mrr,
        {{ reporting_currency() }} as currency,
        original_mrr,
        original_currency
    from moved
    where
        case
            when mrr is not null and not was_unknown then mrr <> mrr_known_before
            when mrr is null and was_unknown
                then original_currency = original_currency_before and original_mrr <> original_mrr_before
            else true
        end
)

select * from final

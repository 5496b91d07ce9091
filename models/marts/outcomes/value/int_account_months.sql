-- What each account paid at the end of each month, a month, a quarter and a year before, and whether it was a customer.
-- Grain: one row per account_id and month_date.

-- A customer has paid and has not ended; a pause is no end. A family counts as one customer.
{% set by_account = 'partition by account_id order by month_date' %}

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

changes as (
    select
        *,
        lifecycle in ('churned', 'completed') as is_end
    from {{ ref('int_account_lifecycle_changes') }}
),

months as (
    select
        month_date,
        max(day_date) as last_date
    from {{ ref('dim_calendar') }}
    group by month_date
),

movements as (
    select * from {{ ref('fct_mrr_movements') }}
),

families as (
    select * from {{ ref('int_account_families') }}
    where known_from <= {{ last_day() }} and (known_to is null or known_to > {{ last_day() }})
),

month_ends as (
    select
        changes.account_id,
        months.month_date,
        accounts.started_date,
        changes.mrr,
        not changes.is_end as is_running,
        max(case when coalesce(changes.mrr, 1.0) > 0.0 then 1 else 0 end) over (
            partition by changes.account_id, months.month_date
        ) as has_paid,
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
        is_running and has_paid = 1 as is_customer,
        coalesce(lag(is_running and has_paid = 1) over ({{ by_account }}), false) as was_customer,
        lag(mrr) over ({{ by_account }}) as mrr_before,
        lag(mrr, 3) over ({{ by_account }}) as mrr_quarter_before,
        lag(mrr, 12) over ({{ by_account }}) as mrr_year_before
    from month_ends
    where recency = 1
),

final as (
    select
        compared.account_id,
        coalesce(families.family_id, compared.account_id) as family_id,
        compared.month_date,
        left(cast(cast({{ dbt.date_trunc('month', 'compared.started_date') }} as date) as {{ dbt.type_string() }}), 7)
            as cohort,
        compared.is_customer,
        compared.was_customer,
        compared.is_customer and compared.mrr is null as is_unknown,
        coalesce(compared.mrr_before, 0.0) as mrr_before,
        coalesce(compared.mrr, 0.0) as mrr,
        case when compared.mrr is not null then compared.mrr_quarter_before end as mrr_quarter_before,
        case when compared.mrr is not null then compared.mrr_year_before end as mrr_year_before,
        movements.movement,
        movements.mrr_change
    from compared
    left join families on compared.account_id = families.account_id
    left join movements
        on compared.account_id = movements.account_id and compared.month_date = movements.month_date
)

select * from final

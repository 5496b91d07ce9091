-- How much of the revenue and how many of the customers of a month's beginning were still there at its end.
-- Grain: one row per month_date, segment_attribute, segment_value and cohort.

-- The parts are those of fct_mrr_movements and add up to them. New customers and those that came back are no retention.
{% set keys = ['month_date', 'segment_attribute', 'segment_value', 'cohort'] %}

with account_months as (
    select *, 'all' as of_cohort from {{ ref('int_account_months') }}
    union all
    select *, cohort as of_cohort from {{ ref('int_account_months') }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

calendar as (
    select
        month_date,
        max(day_date) as last_date
    from {{ ref('dim_calendar') }}
    group by month_date
),

-- one row for each family, which is one customer
customers as (
    select
        account_months.month_date,
        groups.segment_attribute,
        groups.segment_value,
        account_months.of_cohort as cohort,
        account_months.family_id,
        max(case when account_months.was_customer then 1 else 0 end) as was_customer,
        max(case when account_months.is_customer then 1 else 0 end) as is_customer,
        sum(case when account_months.is_unknown then 1 else 0 end) as n_unknown,
        sum(account_months.mrr_before) as mrr_start,
        sum(account_months.mrr) as mrr_end,
        {% for movement in ['new', 'expansion', 'reactivation', 'became_known'] %}
        coalesce(sum(case when account_months.movement = '{{ movement }}' then account_months.mrr_change end), 0.0)
            as mrr_{{ movement }},
        {% endfor %}
        {% for movement in ['contraction', 'churn', 'became_unknown'] %}
        0.0 - coalesce(
            sum(case when account_months.movement = '{{ movement }}' then account_months.mrr_change end), 0.0
        ) as mrr_{{ movement }},
        {% endfor %}
        {% for term in ['quarter', 'year'] %}
        sum(account_months.mrr_{{ term }}_before) as mrr_{{ term }}_before,
        sum(case when account_months.mrr_{{ term }}_before > 0.0 then account_months.mrr end)
            as mrr_of_{{ term }}_before,
        sum(case
            when account_months.mrr_{{ term }}_before > 0.0
                then least(account_months.mrr_{{ term }}_before, account_months.mrr)
        end) as mrr_kept_of_{{ term }}_before,
        {% endfor %}
        max(groups.min_accounts) as min_accounts
    from account_months
    inner join groups on account_months.account_id = groups.account_id
    group by
        account_months.month_date, groups.segment_attribute, groups.segment_value, account_months.of_cohort,
        account_months.family_id
),

-- rounded, since sums in another order differ in their last digit
added_up as (
    select
        {{ keys | join(', ') }},
        {% for column in [
            'start', 'new', 'expansion', 'reactivation', 'became_known', 'contraction', 'churn', 'became_unknown', 'end',
            'quarter_before', 'of_quarter_before', 'kept_of_quarter_before', 'year_before', 'of_year_before',
            'kept_of_year_before',
        ] %}
        round(sum(mrr_{{ column }}), 4) as mrr_{{ column }},
        {% endfor %}
        max(min_accounts) as min_accounts,
        cast(sum(was_customer) as bigint) as n_customers_start,
        cast(sum(is_customer) as bigint) as n_customers_end,
        cast(sum(was_customer * (1 - is_customer)) as bigint) as n_customers_lost,
        cast(sum(n_unknown) as bigint) as n_unknown_amounts
    from customers
    group by {{ keys | join(', ') }}
),

final as (
    select
        {% for key in keys %}
        added_up.{{ key }},
        {% endfor %}
        {{ dbt.date_trunc('month', add_days('calendar.last_date', 1)) }} > added_up.month_date as is_whole_month,
        added_up.n_customers_start < added_up.min_accounts as is_too_small,
        added_up.n_customers_start,
        added_up.n_customers_lost,
        added_up.n_customers_end,
        {% for column in [
            'start', 'new', 'expansion', 'reactivation', 'became_known', 'contraction', 'churn', 'became_unknown', 'end',
        ] %}
        added_up.mrr_{{ column }},
        {% endfor %}
        {{ reporting_currency() }} as currency,
        added_up.n_unknown_amounts,
        (added_up.mrr_start + added_up.mrr_expansion - added_up.mrr_contraction - added_up.mrr_churn)
        / nullif(added_up.mrr_start, 0.0) as net_retention_ratio,
        (added_up.mrr_start - added_up.mrr_contraction - added_up.mrr_churn) / nullif(added_up.mrr_start, 0.0)
            as gross_retention_ratio,
        1.0 - added_up.n_customers_lost / nullif(cast(added_up.n_customers_start as double), 0.0)
            as logo_retention_ratio,
        (added_up.mrr_new + added_up.mrr_expansion + added_up.mrr_reactivation)
        / nullif(added_up.mrr_contraction + added_up.mrr_churn, 0.0) as quick_ratio,
        added_up.mrr_quarter_before,
        added_up.mrr_of_quarter_before / nullif(added_up.mrr_quarter_before, 0.0) as net_retention_quarter_ratio,
        added_up.mrr_kept_of_quarter_before / nullif(added_up.mrr_quarter_before, 0.0) as gross_retention_quarter_ratio,
        added_up.mrr_year_before,
        added_up.mrr_of_year_before / nullif(added_up.mrr_year_before, 0.0) as net_retention_year_ratio,
        added_up.mrr_kept_of_year_before / nullif(added_up.mrr_year_before, 0.0) as gross_retention_year_ratio
    from added_up
    inner join calendar on added_up.month_date = calendar.month_date
)

select * from final

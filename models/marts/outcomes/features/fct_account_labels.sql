-- What followed after a landmark, within a horizon, and whether the account may be learned from.
-- Grain: one row per account_id, landmark_day and horizon_days.

-- Eligible is who was known, a customer and not gone at the landmark, and whose horizon is over, whatever happened in it.
{% set keys = ['account_id', 'landmark_day', 'horizon_days'] %}

with cases as (
    select * from {{ ref('int_label_cases') }}
),

events as (
    select * from {{ ref('int_account_outcome_events') }}
),

tickets as (
    select * from {{ ref('int_ticket_costs') }}
),

support as (
    {{ support_coverage() }}
),

followed as (
    select
        cases.account_id,
        cases.landmark_day,
        cases.horizon_days,
        {{ outcome_totals() }}
    from cases
    left join events
        on
            cases.account_id = events.account_id
            and events.happened_on > cases.landmark_date
            and events.happened_on <= cases.horizon_date
    group by cases.account_id, cases.landmark_day, cases.horizon_days
),

supported as (
    select
        cases.account_id,
        cases.landmark_day,
        cases.horizon_days,
        case
            when count(tickets.ticket_id) = count(tickets.support_cost) then coalesce(sum(tickets.support_cost), 0.0)
        end as support_cost
    from cases
    left join tickets
        on
            cases.account_id = tickets.account_id
            and tickets.created_date > cases.landmark_date
            and tickets.created_date <= cases.horizon_date
    group by cases.account_id, cases.landmark_day, cases.horizon_days
),

final as (
    select
        {% for key in keys %}
        cases.{{ key }},
        {% endfor %}
        cases.landmark_date,
        cases.horizon_date,
        cases.ineligible_reason is null as is_eligible,
        cases.ineligible_reason,
        {% set eligible = 'cases.ineligible_reason is null' %}
        {% for name in ['churned', 'expanded', 'contracted'] %}
        case when {{ eligible }} then followed.{{ name }}_on is not null end as has_{{ name }},
        case when {{ eligible }} then {{ days_between('cases.landmark_date', 'followed.' ~ name ~ '_on') }} end
            as days_to_{{ name }},
        {% endfor %}
        case
            when {{ eligible }} and followed.n_renewals_due > 0 and followed.n_renewals_open = 0
                then followed.n_renewals = followed.n_renewals_due
        end as has_renewed,
        case
            when {{ eligible }} and coalesce(cases.first_value_on > cases.landmark_date, true)
                then coalesce(cases.first_value_on <= cases.horizon_date, false)
        end as has_first_value,
        case
            when {{ eligible }} and not cases.is_unknown
                then
                    followed.mrr_start + followed.mrr_expansion - followed.mrr_contraction - followed.mrr_churn
                    + followed.mrr_reactivation + followed.mrr_pause
        end as mrr_change,
        {{ reporting_currency() }} as currency,
        case
            when {{ eligible }} and support.has_costs and support.observed_from <= cases.horizon_date
                then supported.support_cost
        end as support_cost
    from cases
    cross join support
    inner join followed on {{ same_keys('cases', 'followed', keys) }}
    inner join supported on {{ same_keys('cases', 'supported', keys) }}
)

select * from final

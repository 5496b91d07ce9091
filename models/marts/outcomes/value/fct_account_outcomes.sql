-- What became of each account within fixed days of its start: trial, payments, renewals, loss, return, support.
-- Grain: one row per account_id and horizon_days.

-- A horizon that is not over says nothing about whether, for anybody: a loss inside it counts as little as its absence.
-- The days say what has happened so far.
{% set in_time = 'least(windows.horizon_date, ' ~ last_day() ~ ')' %}
{% set known = 'windows.lifecycle <> \'none\' and windows.horizon_date <= ' ~ last_day() %}
{% set start = '(windows.mrr_before + followed.mrr_start)' %}
{% set end_of_window = '(' ~ start ~ ' + mrr_expansion - mrr_contraction - mrr_churn + mrr_reactivation + mrr_pause)' %}

with windows as (
    select * from {{ ref('int_outcome_windows') }}
),

events as (
    select * from {{ ref('int_account_outcome_events') }}
),

tickets as (
    select * from {{ ref('int_ticket_costs') }}
),

families as (
    select * from {{ ref('int_account_families') }}
    where known_from <= {{ last_day() }} and (known_to is null or known_to > {{ last_day() }})
),

support as (
    {{ support_coverage() }}
),

followed as (
    select
        windows.account_id,
        windows.horizon_days,
        {{ outcome_totals() }}
    from windows
    left join events
        on
            windows.account_id = events.account_id
            and events.happened_on >= windows.started_date
            and events.happened_on <= {{ in_time }}
    group by windows.account_id, windows.horizon_days
),

supported as (
    select
        windows.account_id,
        windows.horizon_days,
        count(tickets.ticket_id) as n_tickets,
        case when count(tickets.ticket_id) = 0 then 0.0 else sum(tickets.handle_minutes) end as handle_minutes,
        count(case when tickets.handle_minutes is null then tickets.ticket_id end) as n_tickets_without_minutes,
        case
            when count(tickets.ticket_id) = count(tickets.support_cost) then coalesce(sum(tickets.support_cost), 0.0)
        end as support_cost
    from windows
    left join tickets
        on
            windows.account_id = tickets.account_id
            and tickets.created_date >= windows.started_date
            and tickets.created_date <= {{ in_time }}
    group by windows.account_id, windows.horizon_days
),

final as (
    select
        windows.account_id,
        coalesce(families.family_id, windows.account_id) as family_id,
        windows.horizon_days,
        windows.started_date,
        windows.horizon_date,
        {{ in_time }} as observed_until,
        windows.horizon_date > {{ last_day() }} as is_censored,
        case
            when {{ known }} and followed.trial_started_on is not null then followed.trial_converted_on is not null
        end as has_converted_trial,
        followed.trial_converted_on,
        case
            when {{ known }} and followed.n_renewals_due > 0 and followed.n_renewals_open = 0
                then followed.n_renewals = followed.n_renewals_due
        end as has_renewed,
        followed.renewed_on,
        followed.n_renewals_due,
        {% for name in ['churned', 'expanded', 'contracted', 'reactivated'] %}
        case when {{ known }} then followed.{{ name }}_on is not null end as has_{{ name }},
        followed.{{ name }}_on,
        {% endfor %}
        followed.first_paid_on,
        {{ start }} as mrr_start,
        followed.mrr_expansion,
        followed.mrr_contraction,
        followed.mrr_churn,
        followed.mrr_reactivation,
        followed.mrr_pause,
        {{ end_of_window }} as mrr_end,
        case when {{ start }} > 0.0 then {{ end_of_window }} / {{ start }} end as net_retention_ratio,
        case
            when {{ start }} > 0.0 then least({{ start }}, {{ end_of_window }}) / {{ start }}
        end as gross_retention_ratio,
        {{ reporting_currency() }} as currency,
        {% for column in ['n_tickets', 'handle_minutes', 'n_tickets_without_minutes'] %}
        case when support.observed_from <= windows.horizon_date then supported.{{ column }} end as {{ column }},
        {% endfor %}
        case when support.observed_from <= windows.horizon_date and support.has_costs then supported.support_cost end
            as support_cost
    from windows
    cross join support
    inner join followed on {{ same_keys('windows', 'followed', ['account_id', 'horizon_days']) }}
    inner join supported on {{ same_keys('windows', 'supported', ['account_id', 'horizon_days']) }}
    left join families on windows.account_id = families.account_id
)

select * from final

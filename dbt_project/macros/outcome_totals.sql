{# Columns of a window of an account, grouped by it: what happened in it, from the rows of int_account_outcome_events that
   fall into it, joined as `events`. Amounts are unknown as soon as one of them is. #}
{% macro outcome_totals() %}
{%- for outcome, column in [
    ('trial_started', 'trial_started_on'), ('trial_converted', 'trial_converted_on'), ('first_payment', 'first_paid_on'),
    ('churn', 'churned_on'), ('expansion', 'expanded_on'), ('contraction', 'contracted_on'),
    ('reactivation', 'reactivated_on'),
] %}
        min(case when events.outcome = '{{ outcome }}' then events.happened_on end) as {{ column }},
{%- endfor %}
        max(case when events.outcome = 'renewal' then events.happened_on end) as renewed_on,
        count(case when events.outcome in ('renewal', 'renewal_missed', 'renewal_open') then 1 end) as n_renewals_due,
        count(case when events.outcome = 'renewal_open' then 1 end) as n_renewals_open,
        count(case when events.outcome = 'renewal' then 1 end) as n_renewals,
{%- for outcomes, column, sign in [
    (['first_payment'], 'mrr_start', ''), (['expansion'], 'mrr_expansion', ''), (['contraction'], 'mrr_contraction', '0.0 - '),
    (['churn', 'completion'], 'mrr_churn', '0.0 - '), (['reactivation'], 'mrr_reactivation', ''),
    (['pause', 'resumption'], 'mrr_pause', ''),
] %}
        case
            when count(case when events.mrr_change is null then events.outcome end) = 0
                then {{ sign }}coalesce(sum(case when events.outcome in ('{{ outcomes | join("', '") }}') then events.mrr_change end), 0.0)
        end as {{ column }}{{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro %}

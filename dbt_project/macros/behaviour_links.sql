{# What behaviours are linked with: outcome, horizon in days, and the column of fct_account_labels. #}
{% macro linked_outcomes() %}{{ return([
    ['churn', 90, 'has_churned'], ['churn', 180, 'has_churned'], ['churn', 365, 'has_churned'],
    ['renewal', 365, 'has_renewed'], ['expansion', 180, 'has_expanded'], ['expansion', 365, 'has_expanded'],
    ['first_value', 90, 'has_first_value'], ['high_support_cost', 180, 'has_high_support_cost'],
]) }}{% endmacro %}

{# Days from the start in which a behaviour is looked for, and the landmark after which its outcome counts. #}
{% macro behaviour_windows() %}{{ return([[7, 7], [14, 14], [30, 30], [30, 90]]) }}{% endmacro %}

{# Cases of either kind, and outcomes and their absence, below which nothing is concluded. #}
{% macro min_linked() %}10{% endmacro %}

{# Mantel-Haenszel odds ratio over strata (Mantel and Haenszel 1959), one row per stratum: a with behaviour and outcome, b
   with behaviour without outcome, c and d without behaviour; with the 90 % interval of Robins, Breslow and Greenland (1986). #}
{% macro odds_ratio(a, b, c, d, bound='') %}
    {%- set n = '(1.0e0 * ' ~ a ~ ' + ' ~ b ~ ' + ' ~ c ~ ' + ' ~ d ~ ')' -%}
    {%- set r = '(' ~ a ~ ' * 1.0e0 * ' ~ d ~ ' / ' ~ n ~ ')' -%}
    {%- set s = '(' ~ b ~ ' * 1.0e0 * ' ~ c ~ ' / ' ~ n ~ ')' -%}
    {%- set p = '((' ~ a ~ ' + ' ~ d ~ ') / ' ~ n ~ ')' -%}
    {%- set q = '((' ~ b ~ ' + ' ~ c ~ ') / ' ~ n ~ ')' -%}
    case
        {% if not bound %}when sum({{ r }}) = 0 and sum({{ s }}) > 0 then 0.0e0
        {% endif %}when sum({{ r }}) > 0 and sum({{ s }}) > 0 then sum({{ r }}) / sum({{ s }})
        {%- if bound %} * exp({{ '-' if bound == 'low' }}{{ z_90() }} * sqrt(
            sum({{ p }} * {{ r }}) / (2 * power(sum({{ r }}), 2))
            + sum({{ p }} * {{ s }} + {{ q }} * {{ r }}) / (2 * sum({{ r }}) * sum({{ s }}))
            + sum({{ q }} * {{ s }}) / (2 * power(sum({{ s }}), 2))
        )){% endif %}
    end
{%- endmacro %}

{# The Cochran-Mantel-Haenszel test of the same strata, as a standard normal value above or below 0. #}
{% macro odds_ratio_z(a, b, c, d) %}
    {%- set n = '(1.0e0 * ' ~ a ~ ' + ' ~ b ~ ' + ' ~ c ~ ' + ' ~ d ~ ')' -%}
    {%- set variance = 'sum(case when ' ~ n ~ ' > 1 then (' ~ a ~ ' + ' ~ b ~ ') * (1.0e0 * ' ~ c ~ ' + ' ~ d ~ ') * (1.0e0 * ' ~ a ~ ' + ' ~ c ~ ') * (1.0e0 * ' ~ b ~ ' + ' ~ d ~ ') / (' ~ n ~ ' * ' ~ n ~ ' * (' ~ n ~ ' - 1)) else 0 end)' -%}
    case
        when {{ variance }} > 0
            then sum({{ a }} - ({{ a }} + {{ b }}) * (1.0e0 * {{ a }} + {{ c }}) / {{ n }}) / sqrt({{ variance }})
    end
{%- endmacro %}

{# Columns of int_behaviour_counts: cases and outcomes of either half, with and without the behaviour. #}
{% macro linked_counts() %}
{%- for outcome, horizon, _ in linked_outcomes() %}{% set name = outcome ~ '_' ~ horizon %}
{%- for half, is_earlier in [('earlier', 1), ('later', 0)] %}{% for side, no in [('with', ''), ('without', 'not ')] %}
{%- set chosen = no ~ 'flagged.has_behaviour and cases.is_earlier_' ~ name ~ ' = ' ~ is_earlier %}
        count(case when {{ chosen }} then cases.{{ name }} end) as {{ name }}_{{ half }}_{{ side }},
        sum(case when {{ chosen }} then cases.{{ name }} else 0 end) as {{ name }}_{{ half }}_{{ side }}_events{{ ',' if not (loop.last and half == 'later') }}
{%- endfor %}{% endfor %}{{ ',' if not loop.last }}{% endfor %}
{%- endmacro %}

{# The same as rows: outcome, horizon_days, sample, n_with, n_with_events, n_without, n_without_events. #}
{% macro linked_halves(counts, keys) %}
{%- for outcome, horizon, _ in linked_outcomes() %}{% for half in ['earlier', 'later'] %}
    select
        {{ keys }},
        min_accounts,
        '{{ outcome }}' as outcome,
        {{ horizon }} as horizon_days,
        '{{ half }}' as sample{% for side in ['with', 'with_events', 'without', 'without_events'] %},
        {{ outcome }}_{{ horizon }}_{{ half }}_{{ side }} as n_{{ side }}{% endfor %}

    from {{ counts }}
    {% if not loop.last %}union all{% endif %}{% endfor %}
    {% if not loop.last %}union all{% endif %}{% endfor %}
{%- endmacro %}

{# Columns of int_behaviour_cases: 1 or 0 for each outcome, and whether the case is of the earlier half. #}
{% macro linked_cases() %}
{%- for outcome, horizon, column in linked_outcomes() %}{% set of_horizon = 'horizon_days = ' ~ horizon ~ ' and ' ~ column ~ ' is not null' %}
        max(case when {{ of_horizon }} then case when {{ column }} then 1 else 0 end end) as {{ outcome }}_{{ horizon }},
        max(case when {{ of_horizon }} then case when is_earlier then 1 else 0 end end) as is_earlier_{{ outcome }}_{{ horizon }}{{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro %}

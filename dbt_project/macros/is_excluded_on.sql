{# Join condition: an account is left out on a day (relations `accounts` and `exclusions`). #}
{% macro is_excluded_on(day) -%}
accounts.account_id = exclusions.account_id
        and {{ day }} >= exclusions.excluded_from
        and (exclusions.excluded_until is null or {{ day }} < exclusions.excluded_until)
{%- endmacro %}

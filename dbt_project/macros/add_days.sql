{# A day some days later (earlier when negative): date + interval is a timestamp on DuckDB and a date on Spark. #}
{% macro add_days(day, n) %}{{ return(adapter.dispatch('add_days')(day, n)) }}{% endmacro %}

{% macro default__add_days(day, n) %}cast(cast({{ day }} as date) + cast({{ n }} as integer) as date){% endmacro %}

{% macro spark__add_days(day, n) %}date_add(cast({{ day }} as date), cast({{ n }} as integer)){% endmacro %}

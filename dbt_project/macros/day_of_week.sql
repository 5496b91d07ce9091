{# 0 = Sunday … 6 = Saturday: engines start at 0 or 1. #}
{% macro day_of_week(day) %}{{ return(adapter.dispatch('day_of_week')(day)) }}{% endmacro %}

{% macro default__day_of_week(day) %}dayofweek(cast({{ day }} as date)){% endmacro %}

{% macro spark__day_of_week(day) %}(dayofweek(cast({{ day }} as date)) - 1){% endmacro %}

{# Whole days from one day to another: engines disagree on the name and the order of arguments. #}
{% macro days_between(first, last) %}{{ return(adapter.dispatch('days_between')(first, last)) }}{% endmacro %}

{% macro default__days_between(first, last) %}cast(date_diff('day', cast({{ first }} as date), cast({{ last }} as date)) as integer){% endmacro %}

{% macro spark__days_between(first, last) %}datediff(cast({{ last }} as date), cast({{ first }} as date)){% endmacro %}

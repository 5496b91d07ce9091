{# Like clear_window, for the days that a relation lists in a column of the same name. #}
{% macro clear_days(column, relation) %}{{ return(adapter.dispatch('clear_days')(column, relation)) }}{% endmacro %}

{% macro default__clear_days(column, relation) %}
    delete from {{ this }} where {{ column }} in (select {{ column }} from {{ relation }})
{% endmacro %}

{% macro spark__clear_days(column, relation) %}
    {% set days = run_query('select ' ~ column ~ ' from ' ~ relation).columns[0].values() | map('string') | list %}
    {{ drop_partitions(column, partition_days() | select('in', days) | list) }}
{% endmacro %}

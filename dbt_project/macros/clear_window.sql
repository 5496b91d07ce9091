{# Forget the days of this build's window; Spark's Parquet tables drop partitions. #}
{% macro clear_window(column) %}{{ return(adapter.dispatch('clear_window')(column)) }}{% endmacro %}

{% macro default__clear_window(column) %}
    delete from {{ this }} where {{ column }} between {{ first_day() }} and {{ last_day() }}
{% endmacro %}

{% macro spark__clear_window(column) %}
    {{ drop_partitions(column, partition_days() | select('ge', first_day()[6:-1]) | select('le', last_day()[6:-1]) | list) }}
{% endmacro %}

{# Pre-hook of incremental models: forget the days about to be written again; Spark's Parquet tables drop partitions. #}
{% macro clear_window(column) %}{% if is_incremental() %}{{ return(adapter.dispatch('clear_window')(column)) }}{% endif %}{% endmacro %}

{% macro default__clear_window(column) %}
    delete from {{ this }} where {{ column }} between {{ first_day() }} and {{ last_day() }}
{% endmacro %}

{% macro spark__clear_window(column) %}
    {{ drop_partitions(column, partition_days() | select('ge', first_day()[6:-1]) | select('le', last_day()[6:-1]) | list) }}
{% endmacro %}

{# Pre-hook of incremental models: forget the days about to be written again; Spark's Parquet tables drop partitions. #}
{% macro clear_window(column) %}{% if is_incremental() %}{{ return(adapter.dispatch('clear_window')(column)) }}{% endif %}{% endmacro %}

{% macro default__clear_window(column) %}
    delete from {{ this }} where {{ column }} between {{ first_day() }} and {{ last_day() }}
{% endmacro %}

{% macro spark__clear_window(column) %}
    {% set partitions = [] %}
    {% for row in run_query('show partitions ' ~ this).rows %}
        {% set day = "date '" ~ row[0].split('=')[1] ~ "'" %}
        {% if first_day() <= day <= last_day() %}{% do partitions.append('partition (' ~ column ~ ' = ' ~ day ~ ')') %}{% endif %}
    {% endfor %}
    {% if partitions %}alter table {{ this }} drop if exists {{ partitions | join(', ') }}{% endif %}
{% endmacro %}

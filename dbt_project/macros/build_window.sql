{# First and last day this build is for, as date literals, so that the engine reads only those days' files. #}
{% macro first_day() %}{{ return(build_window_day('first_day')) }}{% endmacro %}

{% macro last_day() %}{{ return(build_window_day('last_day')) }}{% endmacro %}

{% macro build_window_day(which) %}
    {% if not execute %}{{ return("date '1970-01-01'") }}{% endif %}
    {{ return("date '" ~ run_query('select ' ~ which ~ ' from ' ~ source('lake', 'build_window')).columns[0].values()[0] ~ "'") }}
{% endmacro %}

{# Pre-hook of incremental models: forget the days that are about to be written again, in the same transaction. #}
{% macro clear_window(column) %}
    {% if is_incremental() %}
        delete from {{ this }}
        where {{ column }} between (select first_day from lake.build_window) and (select last_day from lake.build_window)
    {% endif %}
{% endmacro %}

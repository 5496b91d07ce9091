{# First and last day this build is for, as date literals, so that the engine reads only those days' files. #}
{% macro first_day() %}{{ return(build_window_day('first_day', 'ONBOARDING_FROM')) }}{% endmacro %}

{% macro last_day() %}{{ return(build_window_day('last_day', 'ONBOARDING_TO')) }}{% endmacro %}

{% macro build_window_day(which, variable) %}
    {% if not execute %}{{ return("date '1970-01-01'") }}{% endif %}
    {{ return("date '" ~ (env_var(variable, '') or run_query('select ' ~ which ~ ' from ' ~ source('lake', 'build_window')).columns[0].values()[0]) ~ "'") }}
{% endmacro %}

{# How far back raw events are read again, for the exact time of what late rows made known. #}
{% macro read_back_days() %}{{ return(31) }}{% endmacro %}

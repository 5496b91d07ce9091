{# Before every dbt command: one relation per entity over the committed files, and the days this build is for. #}
{% macro attach_lake() %}
    {% if not execute %}{{ return('') }}{% endif %}
    {% set lake = env_var('ONBOARDING_DATA_DIR', 'data/demo') ~ '/lake' %}
    {% set files = committed_files(lake) %}
    {% do run_query('create schema if not exists lake') %}
    {% for table in graph.sources.values() if table.source_name == 'lake' and table.name != 'build_window' %}
        {% set paths = [] %}
        {% for file in files if file[0] == table.name %}{% do paths.append(file[1]) %}{% endfor %}
        {% do attach_files(lake, table.name, paths) %}
    {% endfor %}
    {% set last_event_day = files | selectattr(0, 'equalto', 'events') | map(attribute=2) | max if files | selectattr(0, 'equalto', 'events') | list else '1970-01-01' %}
    {% do run_query(
        "create or replace view lake.build_window as select date '" ~ (env_var('ONBOARDING_FROM', '') or '1970-01-01')
        ~ "' as first_day, date '" ~ (env_var('ONBOARDING_TO', '') or last_event_day) ~ "' as last_day"
    ) %}
{% endmacro %}

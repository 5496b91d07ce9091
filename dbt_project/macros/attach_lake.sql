{# Before every dbt command: one relation per entity over the committed files, and the days this build is for. #}
{% macro attach_lake() %}
    {% if not execute %}{{ return('') }}{% endif %}
    {% set lake = env_var('ONBOARDING_DATA_DIR', 'data/demo') ~ '/lake' %}
    {% set files = committed_files(lake) %}
    {% do run_query('create schema if not exists lake') %}
    {% set last_event_day = files | selectattr(0, 'equalto', 'events') | map(attribute=2) | max if files | selectattr(0, 'equalto', 'events') | list else '1970-01-01' %}
    {% do attach_build_window(last_event_day) %}
    {# what an interrupted run has brought of the days after is not known yet #}
    {% set last = run_query('select last_day from lake.build_window').rows[0][0] | string %}
    {% for table in graph.sources.values() if table.source_name == 'lake' and table.name != 'build_window' %}
        {% set paths = [] %}
        {% for file in files if file[0] == table.name and (file[3] is none or file[3] | string <= last) %}{% do paths.append(file[1]) %}{% endfor %}
        {% do attach_files(lake, table.name, paths) %}
    {% endfor %}
{% endmacro %}

{# A run says which days it is for. A command typed by hand repeats those of the run before, which the tables it reads
   are for; with other days it would delete history and write less of it again. #}
{% macro attach_build_window(last_event_day) %}
    {% set first, last = env_var('ONBOARDING_FROM', ''), env_var('ONBOARDING_TO', '') %}
    {% if not first and not last %}
        {% set incremental = graph.nodes.values() | selectattr('config.materialized', 'equalto', 'incremental') | map(attribute='unique_id') | list %}
        {% set selected = incremental | select('in', selected_resources) | list %}
        {% if flags.FULL_REFRESH and selected and selected | length < incremental | length %}
            {{ exceptions.raise_compiler_error('a full refresh of some models would lose the history of ' ~ selected | join(', ') ~ '; `make rebuild` builds all of it') }}
        {% endif %}
        {% if not flags.FULL_REFRESH and load_relation(source('lake', 'build_window')) is not none %}{{ return('') }}{% endif %}
    {% endif %}
    {% do run_query(
        "create or replace view lake.build_window as select date '" ~ (first or '1970-01-01') ~ "' as first_day, date '"
        ~ (last or last_event_day) ~ "' as last_day"
    ) %}
{% endmacro %}

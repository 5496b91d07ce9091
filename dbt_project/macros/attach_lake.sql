{# Before every dbt command: one view per entity over the committed files, and the days this build is for. #}
{% macro attach_lake() %}
    {% if not execute %}{{ return('') }}{% endif %}
    {% set lake = env_var('ONBOARDING_DATA_DIR', 'data/demo') ~ '/lake' %}
    {% set pointers = lake ~ '/_committed/*.json' %}
    {% if not run_query("select 1 from glob('" ~ pointers ~ "') limit 1").rows %}
        {{ exceptions.raise_compiler_error('the lake ' ~ lake ~ ' holds no committed pull yet; run `make demo` or `make backfill` first') }}
    {% endif %}
    {% do run_query('create schema if not exists lake') %}
    {% set files = run_query(
        "select file.entity as entity, '" ~ lake ~ "/' || file.path as path, file.known_to as known_to "
        ~ "from (select unnest(files) as file from read_json('" ~ pointers ~ "', columns = {files: 'STRUCT(entity VARCHAR, path VARCHAR, known_to DATE)[]'})) "
        ~ "union all select 'rejects', '" ~ lake ~ "/' || reject, null from (select unnest(pull.rejects) as reject "
        ~ "from (select unnest(pulls) as pull from read_json('" ~ pointers ~ "', columns = {pulls: 'STRUCT(rejects VARCHAR[])[]'}))) "
        ~ "order by 1, 2"
    ).rows %}
    {% set entities = run_query("select parse_filename(file, true) from glob('" ~ lake ~ "/_empty/*.parquet')").columns[0].values() %}
    {% for entity in entities %}
        {% set paths = [] %}
        {% for file in files if file[0] == entity %}{% do paths.append(file[1]) %}{% endfor %}
        {% set is_partitioned = entity == 'events' and paths %}
        {% if not is_partitioned %}{% do paths.append(lake ~ '/_empty/' ~ entity ~ '.parquet') %}{% endif %}
        {% do run_query(
            'create or replace view lake.' ~ entity ~ " as select * from read_parquet(['" ~ paths | join("', '")
            ~ "'], union_by_name = true, hive_partitioning = " ~ ('true' if is_partitioned else 'false') ~ ')'
        ) %}
    {% endfor %}
    {% set last_event_day = files | selectattr(0, 'equalto', 'events') | map(attribute=2) | max if files | selectattr(0, 'equalto', 'events') | list else '1970-01-01' %}
    {% do run_query(
        "create or replace view lake.build_window as select date '" ~ (env_var('ONBOARDING_FROM', '') or '1970-01-01')
        ~ "' as first_day, date '" ~ (env_var('ONBOARDING_TO', '') or last_event_day) ~ "' as last_day"
    ) %}
{% endmacro %}

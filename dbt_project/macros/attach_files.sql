{# An entity's committed files as lake.<entity>: DuckDB views a list of files, Spark adds their folders to a table. #}
{% macro attach_files(lake, entity, paths) %}{{ return(adapter.dispatch('attach_files')(lake, entity, paths)) }}{% endmacro %}

{% macro default__attach_files(lake, entity, paths) %}
    {% set is_partitioned = entity == 'events' and paths %}
    {% set all_paths = paths if is_partitioned else ['_empty/' ~ entity ~ '.parquet'] + paths %}
    {# of rows that a later pull says differently on the same day the later pull counts; logs have the column anyway #}
    {% set of_pull = "" if entity in ('events', 'rejects', 'pulls', 'checks', 'findings', 'profiles') else ", regexp_extract(filename, '([^/]+)/[^/]+/[^/]+$', 1) as pull_id" %}
    {% set where = file_name(lake) %}
    {% do run_query(
        'create or replace view lake.' ~ entity ~ " as select *" ~ of_pull ~ " from read_parquet(['" ~ where ~ '/' ~ all_paths | join("', '" ~ where ~ '/')
        ~ "'], union_by_name = true, hive_partitioning = " ~ ('true' if is_partitioned else 'false') ~ ')'
    ) %}
{% endmacro %}

{# The table is made again each time: dropping an external table leaves the lake alone. Of the events only days that
   this build can read are added, since each is a folder of its own. #}
{% macro spark__attach_files(lake, entity, paths) %}
    {% set table = 'lake.' ~ entity %}
    {% set keys = {'pull_id': 'string', 'known_on': 'date'} if entity == 'events' else {'pull_id': 'string'} %}
    {% set columns = [] %}
    {% for row in run_query('describe query select * from parquet.`' ~ lake ~ '/_empty/' ~ entity ~ '.parquet`').rows if row[0] not in keys %}
        {% do columns.append(row[0] ~ ' ' ~ row[1]) %}
    {% endfor %}
    {% for key, type in keys.items() %}{% do columns.append(key ~ ' ' ~ type) %}{% endfor %}
    {% do run_query('drop table if exists ' ~ table) %}
    {% do run_query(
        'create table ' ~ table ~ ' (' ~ columns | join(', ') ~ ') using parquet partitioned by (' ~ keys | join(', ')
        ~ ") location '" ~ lake ~ '/_attached/' ~ entity ~ "'"
    ) %}
    {% set partitions = [] %}
    {% set from = (modules.datetime.date.fromisoformat(env_var('ONBOARDING_FROM', '') or '1970-03-01') - modules.datetime.timedelta(read_back_days())) | string %}
    {% set to = env_var('ONBOARDING_TO', '') or '9999-12-31' %}
    {% for path in paths %}
        {% set parts = path.split('/') %}
        {% set day = parts[-2].split('=')[1] if entity == 'events' else to %}
        {% set known_on = ", known_on = date '" ~ day ~ "'" if entity == 'events' else '' %}
        {% if from <= day <= to %}
            {% do partitions.append("partition (pull_id = '" ~ parts[1] ~ "'" ~ known_on ~ ") location '" ~ lake ~ '/' ~ parts[:-1] | join('/') ~ "'") %}
        {% endif %}
    {% endfor %}
    {% for batch in partitions | unique | batch(500) %}
        {% do run_query('alter table ' ~ table ~ ' add ' ~ batch | join(' ')) %}
    {% endfor %}
{% endmacro %}

{# Entity, path, last and first day of every file that the lake's pointers name: how JSON files are read differs. #}
{% macro committed_files(lake) %}{{ return(adapter.dispatch('committed_files')(lake)) }}{% endmacro %}

{% macro default__committed_files(lake) %}
    {% set pointers = file_name(lake) ~ '/_committed/*.json' %}
    {% if not run_query("select 1 from glob('" ~ pointers ~ "') limit 1").rows %}
        {{ exceptions.raise_compiler_error('the lake ' ~ lake ~ ' holds no committed pull yet; run `make demo` or `make backfill` first') }}
    {% endif %}
    {# as texts: a reader of JSON takes 32 MB for each file, which some fifteen sources have no room for #}
    {% set shape = '{"files": [{"entity": "VARCHAR", "path": "VARCHAR", "known_to": "DATE", "known_from": "DATE"}], "pulls": [{"rejects": ["VARCHAR"]}]}' %}
    {{ return(run_query(
        "with pointers as (select from_json(content, '" ~ shape ~ "') as pointer from read_text('" ~ pointers ~ "')) "
        ~ "select file.entity as entity, file.path as path, file.known_to as known_to, file.known_from as known_from "
        ~ "from (select unnest(pointer.files) as file from pointers) "
        ~ "union all select 'rejects', reject, null, null from (select unnest(pull.rejects) as reject "
        ~ "from (select unnest(pointer.pulls) as pull from pointers)) "
        ~ "order by 1, 2"
    ).rows) }}
{% endmacro %}

{% macro spark__committed_files(lake) %}
    {% do run_query(
        "create or replace temporary view committed_pointers (files array<struct<entity string, path string, known_to date, known_from date>>, "
        ~ "pulls array<struct<rejects array<string>>>) using json options (path '" ~ lake | replace("'", "\\'") ~ "/_committed/*.json', multiLine 'true')"
    ) %}
    {{ return(run_query(
        "select file.entity as entity, file.path as path, file.known_to as known_to, file.known_from as known_from "
        ~ "from (select explode(files) as file from committed_pointers) as listed "
        ~ "union all select 'rejects', reject, null, null from (select explode(pull.rejects) as reject "
        ~ "from (select explode(pulls) as pull from committed_pointers) as pulled) as rejected "
        ~ "order by 1, 2"
    ).rows) }}
{% endmacro %}

{# A path inside a literal of SQL, in which DuckDB takes brackets, stars and question marks for no pattern. #}
{% macro file_name(path) %}{{ return(path | replace("'", "''") | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]')) }}{% endmacro %}

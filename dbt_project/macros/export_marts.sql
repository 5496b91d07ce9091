{# After a build: marts as Parquet files that publishing reads. DuckDB's marts are read where they are. #}
{% macro export_marts(results) %}{% if execute %}{{ return(adapter.dispatch('export_marts')(results)) }}{% endif %}{% endmacro %}

{% macro default__export_marts(results) %}{% endmacro %}

{% macro spark__export_marts(results) %}
    {% set folder = env_var('ONBOARDING_DATA_DIR', 'data/demo') ~ '/spark/marts' %}
    {% for result in results if result.status == 'success' and result.node.resource_type == 'model' and result.node.fqn[1] == 'marts' and result.node.schema != 'intermediate' %}
        {% set name = result.node.schema ~ '/' ~ result.node.name %}
        {% do run_query("insert overwrite directory '" ~ folder ~ '/' ~ name ~ "' using parquet select * from " ~ name | replace('/', '.')) %}
    {% endfor %}
{% endmacro %}

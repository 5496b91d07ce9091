{# A model's folder is its schema, without dbt's target prefix: analysts type core.dim_accounts. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}

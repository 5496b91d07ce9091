{# Pre-hook of every model, set in dbt_project.yml: an incremental model forgets the days that are about to be written
   again. These are the days of the window in its `partition_by` column, or with `rebuilt_days` those that the model of
   that name lists. #}
{% macro clear_rebuilt_days() %}
    {%- if not is_incremental() -%}{{ return('') }}{%- endif -%}
    {%- set column = config.get('partition_by') -%}
    {%- if config.get('rebuilt_days') -%}{{ return(clear_days(column, ref(config.get('rebuilt_days')))) }}{%- endif -%}
    {{ return(clear_window(column)) }}
{% endmacro %}

{# Seeds: dbt-spark would not escape apostrophes and would write an empty cell as the text None. #}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = model['config'].get('column_types', {}) %}
    {% for rows in agate_table.rows | batch(1000) %}
        {% set insert %}
            insert into {{ this }} values
            {% for row in rows %}(
                {%- for column in agate_table.column_names %}
                    {%- set value = row[loop.index0] -%}
                    {%- set type = types.get(column, adapter.convert_type(agate_table, loop.index0)) -%}
                    cast({% if value is none %}null{% else %}'{{ value | string | replace('\\', '\\\\') | replace("'", "\\'") }}'{% endif %} as {{ type }})
                    {%- if not loop.last %}, {% endif %}
                {%- endfor %}){% if not loop.last %},{% endif %}
            {% endfor %}
        {% endset %}
        {% do adapter.add_query(insert, abridge_sql_log=True) %}
    {% endfor %}
    {{ return('insert of ' ~ agate_table.rows | length ~ ' rows') }}
{% endmacro %}

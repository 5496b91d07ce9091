{# A metric's filter (column, value) as data: true when the metric has none or one of `columns` holds its value. #}
{% macro matches_filter(metrics, facts, columns) %}
    (
        {{ metrics }}.filter_column is null
        {%- for column in columns %}
        or ({{ metrics }}.filter_column = '{{ column }}' and {{ facts }}.{{ column }} = {{ metrics }}.filter_value)
        {%- endfor %}
    )
{% endmacro %}

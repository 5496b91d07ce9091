{# Join condition: two relations mean the same event, by name and product line; no line equals no line. #}
{% macro same_event_name(left, right) -%}
    {{ left }}.event_name = {{ right }}.event_name
            and coalesce({{ left }}.product_line, '') = coalesce({{ right }}.product_line, '')
{%- endmacro %}

{# Join condition: two relations mean the same event, which a name and its product line tell; no line equals no line. #}
{% macro same_event_name(left, right) -%}
    {{ left }}.event_name = {{ right }}.event_name
            and coalesce({{ left }}.product_line, '') = coalesce({{ right }}.product_line, '')
{%- endmacro %}

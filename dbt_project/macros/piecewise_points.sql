{# Points of a value on the straight lines between the breakpoints of a row of int_rubric_metrics; flat outside them. #}
{% macro piecewise_points(value, metric, n=max_breakpoints()) %}
case when {{ value }} is not null then greatest(0.0e0, least(100.0e0, {{ metric }}.points_1
{%- for k in range(1, n) %}
    + coalesce({{ metric }}.slope_{{ k }} * (
        least(greatest({{ value }}, {{ metric }}.value_{{ k }}), {{ metric }}.value_{{ k + 1 }}) - {{ metric }}.value_{{ k }}
    ), 0.0e0)
{%- endfor %}
)) end
{%- endmacro %}

{# Breakpoints that a metric may have: a test of the seed holds it to them. #}
{% macro max_breakpoints() %}{{ return(8) }}{% endmacro %}

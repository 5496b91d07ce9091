{# Evidence that a benchmark may be worth beside a value: no more than draws it as far as chance could have moved it, which is
   the 90 % reach of the benchmark's sampling error and one more event (limited translation, Efron and Morris 1972). #}
{% macro benchmark_weight(evidence, value) %}
{%- set some = 'nullif(' ~ evidence ~ ', 0.0)' -%}
{%- set reach = z_90() ~ ' * sqrt((unit_variance + event_square / ' ~ some ~ ') / ' ~ some ~ ')' -%}
case
    when abs({{ value }} - benchmark) > {{ reach }}
        then least(benchmark_evidence, {{ evidence }} * {{ reach }} / (abs({{ value }} - benchmark) - {{ reach }}))
    else benchmark_evidence
end
{%- endmacro %}

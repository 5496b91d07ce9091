{# The Mantel-Haenszel ratio of two rates over strata, 1 treated and 0 not, with the 90 % interval of Greenland and
   Robins (Biometrics 41, 1985); to be used where rows are grouped, one row per stratum. #}
{% macro mantel_haenszel(events_1, time_1, events_0, time_0, bound='') %}
    {%- set all_time = '(1.0e0 * ' ~ time_1 ~ ' + ' ~ time_0 ~ ')' -%}
    {%- set upper = 'sum(' ~ events_1 ~ ' * 1.0e0 * ' ~ time_0 ~ ' / ' ~ all_time ~ ')' -%}
    {%- set lower = 'sum(' ~ events_0 ~ ' * 1.0e0 * ' ~ time_1 ~ ' / ' ~ all_time ~ ')' -%}
    {%- set variance = 'sum((' ~ events_1 ~ ' + ' ~ events_0 ~ ') * 1.0e0 * ' ~ time_1 ~ ' * ' ~ time_0 ~ ' / (' ~ all_time ~ ' * ' ~ all_time ~ '))' -%}
    case
        when {{ upper }} > 0 and {{ lower }} > 0 then {{ upper }} / {{ lower }}
        {%- if bound %} * exp({{ '-' if bound == 'low' }}{{ z_90() }} * sqrt({{ variance }} / ({{ upper }} * {{ lower }}))){% endif %}
    end
{%- endmacro %}

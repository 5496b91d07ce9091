{# The difference of two means over strata, weighted by the treated in each (the effect on the treated), from rows that
   hold n, sum and sum of squares of both sides of each stratum; with the 90 % interval of a common variance. #}
{% macro stratified_difference(bound='') %}
    {%- set difference = 'sum(n_1 * (sum_1 / n_1 - sum_0 / n_0)) / sum(n_1)' -%}
    {%- set within = 'greatest(0.0, sum(squares_1 - sum_1 * sum_1 / n_1 + squares_0 - sum_0 * sum_0 / n_0))' -%}
    {%- set freedom = 'nullif(greatest(0, sum(n_1 + n_0 - 2)), 0)' -%}
    {%- set variance = within ~ ' / ' ~ freedom ~ ' * sum(n_1 * n_1 * (1.0e0 / n_1 + 1.0e0 / n_0)) / (sum(n_1) * sum(n_1))' -%}
    {{ difference }}{% if bound %} {{ '-' if bound == 'low' else '+' }} {{ z_90() }} * sqrt({{ variance }}){% endif %}
{%- endmacro %}

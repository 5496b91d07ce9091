{# Chance that a standard normal exceeds a value of 0 or more (Hart 1968 as in West 2005, to 15 digits): engines have none. #}
{% macro normal_tail(z) %}
{%- set above = [3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931, 220.206867912376] -%}
{%- set below = [8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752] -%}
case
    when {{ z }} > 37 then 0.0e0
    when {{ z }} < 7.07106781186547e0
        then exp(-0.5e0 * {{ z }} * {{ z }}) * {{ polynomial(above, z) }} / {{ polynomial(below, z) }}
    else exp(-0.5e0 * {{ z }} * {{ z }}) / 2.506628274631e0
        / ({{ z }} + 1 / ({{ z }} + 2 / ({{ z }} + 3 / ({{ z }} + 4 / ({{ z }} + 0.65e0)))))
end
{%- endmacro %}

{# Chance of an estimate as far from 0, either way, if it were 0; null without a standard error. #}
{% macro two_sided_p_value(estimate, standard_error) -%}
case when {{ standard_error }} > 0 then 2 * {{ normal_tail('(abs(' ~ estimate ~ ') / ' ~ standard_error ~ ')') }} end
{%- endmacro %}

{# Horner's rule over coefficients from the highest power down. #}
{% macro polynomial(coefficients, x) -%}
{{ '(' * (coefficients | length) }}{% for c in coefficients %}{% if not loop.first %} * {{ x }} + {% endif %}cast({{ c }} as double)){% endfor %}
{%- endmacro %}

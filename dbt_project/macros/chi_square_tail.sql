{# Chance that chi-square with up to 30 degrees of freedom exceeds a value (closed forms of Abramowitz and Stegun 26.4). #}
{% macro chi_square_tail(x, df) %}
{%- set even = namespace(terms=[], factorial=1.0) -%}
{%- set odd = namespace(terms=[], gamma=1.7724538509055160273) -%}
{%- for j in range(0, 15) -%}
    {%- set even.factorial = even.factorial * (j if j else 1) -%}
    {%- do even.terms.append('case when ' ~ df ~ ' > ' ~ 2 * j ~ ' then power(' ~ x ~ ' / 2.0e0, ' ~ j ~ ') / ' ~ even.factorial ~ ' else 0.0e0 end') -%}
{%- endfor -%}
{%- for j in range(1, 15) -%}
    {%- set odd.gamma = odd.gamma * (j - 0.5) -%}
    {%- do odd.terms.append('case when ' ~ df ~ ' > ' ~ 2 * j ~ ' then power(' ~ x ~ ' / 2.0e0, ' ~ (j - 0.5) ~ ') / ' ~ odd.gamma ~ ' else 0.0e0 end') -%}
{%- endfor -%}
case
    when {{ df }} between 1 and 30 and {{ df }} % 2 = 0
        then exp(-0.5e0 * ({{ x }})) * ({{ even.terms | join(' + ') }})
    when {{ df }} between 1 and 30
        then 2.0e0 * {{ normal_tail('sqrt(' ~ x ~ ')') }} + exp(-0.5e0 * ({{ x }})) * ({{ odd.terms | join(' + ') }})
end
{%- endmacro %}

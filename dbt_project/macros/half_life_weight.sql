{# Weight of something `age` days old: halves every half-life; without a half-life everything in the window counts 1. #}
{% macro half_life_weight(age, half_life) %}case when {{ half_life }} is null then 1.0 else power(2.0, -1.0 * {{ age }} / {{ half_life }}) end{% endmacro %}

{# The sum of the weights of ages 0 to n_days - 1, each to a power. #}
{% macro sum_of_weights(n_days, half_life, power=1) %}case when {{ half_life }} is null then cast({{ n_days }} as double) else (1.0 - power(2.0, -{{ power }}.0 * {{ n_days }} / {{ half_life }})) / (1.0 - power(2.0, -{{ power }}.0 / {{ half_life }})) end{% endmacro %}

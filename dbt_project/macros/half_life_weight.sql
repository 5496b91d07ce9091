{# Weight of something `age` days old: halves every half-life; without a half-life everything in the window counts 1. #}
{% macro half_life_weight(age, half_life) %}case when {{ half_life }} is null then 1.0 else power(2.0, -1.0 * {{ age }} / {{ half_life }}) end{% endmacro %}

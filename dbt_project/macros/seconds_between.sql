{# Elapsed seconds with fractions: DuckDB counts microseconds by epoch_us, Spark by unix_micros. #}
{% macro seconds_between(first, last) %}{{ return(adapter.dispatch('seconds_between')(first, last)) }}{% endmacro %}

{% macro default__seconds_between(first, last) %}((epoch_us({{ last }}) - epoch_us({{ first }})) / 1000000.0){% endmacro %}

{% macro spark__seconds_between(first, last) %}((unix_micros({{ last }}) - unix_micros({{ first }})) / 1000000.0D){% endmacro %}

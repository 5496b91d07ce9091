{# A quantile with linear interpolation (type 7), exact on both engines. #}
{% macro percentile(value, share) %}{{ return(adapter.dispatch('percentile')(value, share)) }}{% endmacro %}

{% macro default__percentile(value, share) %}quantile_cont({{ value }}, {{ share }}){% endmacro %}

{% macro spark__percentile(value, share) %}percentile({{ value }}, {{ share }}){% endmacro %}

{# A number as text with so many decimals: engines write plain doubles each in their own way. #}
{% macro in_words(value, decimals) %}cast(cast(round({{ value }}, {{ decimals }}) as decimal(18, {{ decimals }})) as {{ dbt.type_string() }}){% endmacro %}

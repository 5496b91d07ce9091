{# A number as text with so many decimals: engines write plain doubles each in their own way. What differs in the last digit of a double alone reads the same: it is a decimal before it is rounded. #}
{% macro in_words(value, decimals) %}cast(cast(round(cast({{ value }} as decimal(28, 9)), {{ decimals }}) as decimal(18, {{ decimals }})) as {{ dbt.type_string() }}){% endmacro %}

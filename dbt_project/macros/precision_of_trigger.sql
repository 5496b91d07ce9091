{# How much a trigger says of an account, 1 most: a band is the least of it. #}
{% macro precision_of_trigger(kind) %}case {{ kind }} when 'renewal' then 1 when 'diagnosis' then 2 when 'milestone' then 3 when 'stall' then 4 when 'category' then 5 else 6 end{% endmacro %}

{# The day itself, or the Monday after when it falls on a weekend: work is due on working days. #}
{% macro next_weekday(day) %}case {{ day_of_week(day) }} when 6 then {{ add_days(day, 2) }} when 0 then {{ add_days(day, 1) }} else {{ day }} end{% endmacro %}

{# The day itself, or the Friday before when it falls on a weekend. #}
{% macro previous_weekday(day) %}case {{ day_of_week(day) }} when 6 then {{ add_days(day, -1) }} when 0 then {{ add_days(day, -2) }} else {{ day }} end{% endmacro %}

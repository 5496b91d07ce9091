{# The day itself, or the Monday after when it falls on a weekend: work is due on working days. #}
{% macro next_weekday(day) %}case {{ day_of_week(day) }} when 6 then {{ add_days(day, 2) }} when 0 then {{ add_days(day, 1) }} else {{ day }} end{% endmacro %}

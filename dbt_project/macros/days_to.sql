{# Days from a start to something, never below 0, and null while it has not happened: greatest() skips nulls on some engines. #}
{% macro days_to(start, reached) %}case when {{ reached }} is not null then greatest(0, {{ days_between(start, reached) }}) end{% endmacro %}

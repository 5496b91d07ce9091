{# Body of a bridge's test: expressions whose value is not the expected one, as [[expression, expected], …]. #}
{% macro cases_that_differ(cases) %}
    select *
    from (
        {% for actual, expected in cases %}
        select
            {{ loop.index }} as case_number,
            {{ actual }} as actual,
            {{ expected }} as expected
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    ) as cases
    where actual is distinct from expected
{% endmacro %}

{# Cases of the back-test: days after the start on which is predicted, and days after that within which churn counts. #}
{% macro back_test_cases() %}
    {% for landmark_day in [14, 30, 60, 90] %}
    {% for horizon_days in [90, 180] %}
    select {{ landmark_day }} as landmark_day, {{ horizon_days }} as horizon_days
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endmacro %}

{# Losses below which nothing is concluded. #}
{% macro min_churned() %}50{% endmacro %}

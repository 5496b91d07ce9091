{# Day of the first pull: a history load opens tasks that nobody could have read before it. #}
{% macro first_run() %}(select min(last_date) as run_on from {{ ref('stg_pulls') }}){% endmacro %}

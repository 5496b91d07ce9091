{# A relation with one column `day`, every day from first to last: generators are named differently per engine. #}
{% macro day_series(first, last) %}{{ return(adapter.dispatch('day_series')(first, last)) }}{% endmacro %}

{% macro default__day_series(first, last) %}(select cast(generated.day as date) as day from (select unnest(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval 1 day)) as day) as generated){% endmacro %}

{% macro spark__day_series(first, last) %}(select explode(sequence(bounds.first_day, bounds.last_day, interval 1 day)) as day from (select cast({{ first }} as date) as first_day, cast({{ last }} as date) as last_day) as bounds){% endmacro %}

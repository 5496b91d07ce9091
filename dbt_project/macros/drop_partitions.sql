{# Spark only: days that are partitions of this model, and the statement that drops some of them. #}
{% macro partition_days() %}
    {% set days = [] %}
    {% for row in run_query('show partitions ' ~ this).rows %}{% do days.append(row[0].split('=')[1]) %}{% endfor %}
    {{ return(days) }}
{% endmacro %}

{% macro drop_partitions(column, days) %}
    {% if days %}
    alter table {{ this }} drop if exists {% for day in days %}partition ({{ column }} = date '{{ day }}'){% if not loop.last %}, {% endif %}{% endfor %}
    {% endif %}
{% endmacro %}

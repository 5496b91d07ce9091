{# Ids of definitions that become columns of a wide table, in order; as [[id, name that a column can have], …]. #}
{% macro wide_ids(relation, column) %}
    {% if not execute %}{{ return([]) }}{% endif %}
    {% set found = [] %}
    {% for row in run_query('select distinct ' ~ column ~ ' from ' ~ relation ~ ' order by 1').rows %}
        {% do found.append([row[0], modules.re.sub('[^a-z0-9_]', '_', row[0] | lower)]) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}

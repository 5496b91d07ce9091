{# The grain in a model's header: each key once, and no part of it missing unless it is said that it may be. #}
{% test unique_grain(model, columns, may_be_null=[]) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1{% for column in columns if column not in may_be_null %} or {{ column }} is null{% endfor %}

{% endtest %}

{# Nothing is missing in any of these columns; what is, is counted by column. #}
{% test complete(model, columns) %}
    {% for column in columns %}
    select '{{ column }}' as column_name, count(*) as n_missing
    from {{ model }}
    where {{ column }} is null
    having count(*) > 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endtest %}

{% test between(model, column_name, low, high) %}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} < {{ low }} or {{ column_name }} > {{ high }}
{% endtest %}

{% test parts_add_up(model, parts, total) %}
    select *
    from {{ model }}
    where {{ parts | join(' + ') }} <> {{ total }}
{% endtest %}

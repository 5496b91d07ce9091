{# CTEs that end in `chain`: of each series the first row, the next one that is far enough from it, the next from that one, and
   so on; whatever lies between is passed over. `relation` numbers the rows of a series by `position` from 1; `far_enough` is
   SQL of the rows `earlier` and `later`. The query begins with `with recursive`. #}
{% macro chain(relation, series, far_enough) %}
jumps as (
    select
        {% for key in series %}
        earlier.{{ key }},
        {% endfor %}
        earlier.position,
        min(later.position) as next_position
    from {{ relation }} as earlier
    inner join {{ relation }} as later
        on {{ same_keys('earlier', 'later', series) }} and earlier.position < later.position and ({{ far_enough }})
    group by {% for key in series %}earlier.{{ key }}, {% endfor %}earlier.position
),

links as (
    select {{ series | join(', ') }}, cast(position as bigint) as position
    from {{ relation }}
    where position = 1
    union all
    select
        {% for key in series %}
        links.{{ key }},
        {% endfor %}
        cast(jumps.next_position as bigint) as position
    from links
    inner join jumps on {{ same_keys('links', 'jumps', series + ['position']) }}
),

chain as (
    select {{ relation }}.*
    from {{ relation }}
    inner join links on {{ same_keys(relation, 'links', series + ['position']) }}
)
{% endmacro %}

{# CTEs that end in `chain`: of each series the first row, the next one that is far enough from it, the next from that one, and
   so on; whatever lies between is passed over. `relation` numbers the rows of a series by `position` from 1; `far_enough` is
   SQL of the rows `earlier` and `later`. Followed in jumps of 1, 2, 4 and so on, 2^n_jumps links at most. #}
{% macro chain(relation, series, far_enough, n_jumps=8) %}
jumps_0 as (
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

links_0 as (
    select {{ series | join(', ') }}, position
    from {{ relation }}
    where position = 1
),
{% for jump in range(n_jumps) %}
links_{{ jump + 1 }} as (
    select {{ series | join(', ') }}, position
    from links_{{ jump }}
    union
    select
        {% for key in series %}
        links.{{ key }},
        {% endfor %}
        jumps.next_position as position
    from links_{{ jump }} as links
    inner join jumps_{{ jump }} as jumps on {{ same_keys('links', 'jumps', series + ['position']) }}
),
{% if not loop.last %}
jumps_{{ jump + 1 }} as (
    select
        {% for key in series %}
        near.{{ key }},
        {% endfor %}
        near.position,
        far.next_position
    from jumps_{{ jump }} as near
    inner join jumps_{{ jump }} as far
        on {{ same_keys('near', 'far', series) }} and near.next_position = far.position
),
{% endif %}
{% endfor %}
chain as (
    select {{ relation }}.*
    from {{ relation }}
    inner join links_{{ n_jumps }} as links on {{ same_keys(relation, 'links', series + ['position']) }}
)
{% endmacro %}

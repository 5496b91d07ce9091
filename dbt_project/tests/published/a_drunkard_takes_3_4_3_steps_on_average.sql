-- Grinstead and Snell, Introduction to Probability, example 11.14: corners 1 to 3 between home and bar.
{{ config(tags=['bridge']) }}

{% set cells = [
    [1, 1, 1.0], [1, 2, -0.5], [1, 3, 0.0], [2, 1, -0.5], [2, 2, 1.0], [2, 3, -0.5], [3, 1, 0.0], [3, 2, -0.5], [3, 3, 1.0],
    [1, 100, 1.0], [2, 100, 1.0], [3, 100, 1.0],
] %}

with matrix as (
    {% for row, column, cell in cells %}
    select 'walk' as name, {{ row }} as row_index, {{ column }} as column_index, cast({{ cell }} as double) as cell
    union all
    {% endfor %}
    {% for row in range(1, 4) %}{% for column in [1, 2, 3, 100] %}
    select
        'walk' as name, {{ 100 + row }} as row_index, {{ column }} as column_index,
        cast({{ 1 if row == column else 0 }} as double) as cell
    {% if not (row == 3 and column == 100) %}union all{% endif %}
    {% endfor %}{% endfor %}
),

{{ schur_complement('matrix', 'name', 3) }}

select row_index, -1 * cell as steps
from eliminated_3
where column_index = 100 and abs(-1 * cell - case row_index when 102 then 4 else 3 end) > 1e-12

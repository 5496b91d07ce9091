{# Eliminates the first pivots of small matrices held as rows (row_index, column_index, cell), one matrix per key; what is
   left in the border is D - C A^-1 B, by which linear systems are solved in SQL. Gives CTEs eliminated_1 … eliminated_n. #}
{% macro schur_complement(matrix, keys, n_pivots) -%}
{%- for pivot in range(1, n_pivots + 1) -%}
{%- set before = matrix if pivot == 1 else 'eliminated_' ~ (pivot - 1) -%}
looked_up_{{ pivot }} as (
    select
        *,
        max(case when row_index = {{ pivot }} and column_index = {{ pivot }} then cell end) over (partition by {{ keys }}) as pivot_cell,
        max(case when column_index = {{ pivot }} then cell end) over (partition by {{ keys }}, row_index) as row_cell,
        max(case when row_index = {{ pivot }} then cell end) over (partition by {{ keys }}, column_index) as column_cell
    from {{ before }}
),

eliminated_{{ pivot }} as (
    select
        {{ keys }},
        row_index,
        column_index,
        case
            when abs(pivot_cell) > 1e-12 then cell - row_cell * column_cell / pivot_cell
            else cell
        end as cell
    from looked_up_{{ pivot }}
    where row_index <> {{ pivot }} and column_index <> {{ pivot }}
){% if not loop.last %},

{% endif -%}
{%- endfor -%}
{%- endmacro %}

{# Rows of a relation with q_value: p_value corrected for the number of comparisons of its family (Benjamini and Hochberg
   1995, the false discovery rate). `family` is SQL that is equal for comparisons made together; rows without p_value are
   not counted. To be used as the body of a CTE. #}
{% macro benjamini_hochberg(relation, family) %}
    select
        *,
        case
            when p_value is not null
                then least(1.0e0, min(p_value * n_tests / position) over (
                    partition by {{ family }} order by position rows between current row and unbounded following
                ))
        end as q_value
    from (
        select
            *,
            count(p_value) over (partition by {{ family }}) as n_tests,
            row_number() over (
                partition by {{ family }} order by case when p_value is null then 1 else 0 end, p_value
            ) as position
        from {{ relation }}
    ) as ranked
{% endmacro %}

{# Rows of a landed entity, each key once, as it was first known: a later pull may hold the same version again. #}
{% macro first_known(relation, key) %}
    select *
    from (
        select
            *,
            row_number() over (partition by {{ key | join(', ') }} order by known_on, source_id) as copy_number
        from {{ relation }}
    ) as copies
    where copy_number = 1
{% endmacro %}

{# Since when tickets are received at all, and whether anything of them has a cost: what came before is unknown, not 0. #}
{% macro support_coverage() %}
    select
        (select min(least(known_on, cast(created_at as date))) from {{ ref('stg_tickets') }}) as observed_from,
        (select count(*) from {{ ref('unit_costs') }}) > 0 as has_costs
{% endmacro %}

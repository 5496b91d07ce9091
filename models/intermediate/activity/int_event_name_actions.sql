-- Which action an event name maps to: an exact name wins over a pattern, a longer pattern over a shorter one.
-- Grain: one row per event_name and product_line.

{% set same_row = 'partition by names.event_name, names.product_line, taxonomy.match, taxonomy.event_name' %}

with names as (
    select distinct
        event_name,
        product_line
    from {{ ref('int_event_days') }}
),

taxonomy as (
    select * from {{ ref('event_taxonomy') }}
),

candidates as (
    select
        names.event_name,
        names.product_line,
        taxonomy.action,
        taxonomy.kind,
        taxonomy.product_line as of_product_line,
        row_number() over (
            partition by names.event_name, names.product_line
            order by
                case when taxonomy.match = 'exact' then 0 else 1 end,
                length(taxonomy.event_name) desc,
                case when coalesce(taxonomy.product_line, '') = coalesce(names.product_line, '') then 0 else 1 end,
                taxonomy.action
        ) as preference,
        min(taxonomy.action) over ({{ same_row }}) as first_action,
        max(taxonomy.action) over ({{ same_row }}) as last_action
    from names
    inner join taxonomy
        on
            (
                taxonomy.product_line is null
                or names.product_line is null
                or taxonomy.product_line = names.product_line
            )
            and case
                when taxonomy.match = 'like' then names.event_name like taxonomy.event_name
                else names.event_name = taxonomy.event_name
            end
),

final as (
    select
        event_name,
        product_line,
        action,
        kind
    from candidates
    where
        preference = 1
        -- of an event that names no line, two lines may say different things
        and (product_line is not null or of_product_line is null or first_action = last_action)
)

select * from final

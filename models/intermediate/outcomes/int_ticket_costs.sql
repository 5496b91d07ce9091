-- What each ticket cost: what a ticket costs at all, and the minutes spent on it, at the unit costs of its day.
-- Grain: one row per ticket_id.

with tickets as (
    select
        *,
        cast(created_at as date) as created_date
    from {{ ref('stg_tickets') }}
    where is_current and deleted_at is null
),

unit_costs as (
    select
        *,
        lead(valid_from) over (partition by unit order by valid_from) as valid_to
    from {{ ref('unit_costs') }}
),

priced as (
    select
        count(case when unit = 'ticket' then 1 end) > 0 as has_tickets,
        count(case when unit = 'support_minute' then 1 end) > 0 as has_minutes
    from unit_costs
),

final as (
    select
        tickets.ticket_id,
        tickets.account_id,
        tickets.created_date,
        tickets.handle_minutes,
        -- minutes that are not known are not counted; a unit that has a cost, but none of that day, makes it unknown
        case when priced.has_tickets then per_ticket.cost else 0.0 end
        + case
            when priced.has_minutes and tickets.handle_minutes is not null then tickets.handle_minutes * per_minute.cost
            else 0.0
        end as support_cost
    from tickets
    cross join priced
    left join unit_costs as per_ticket
        on
            per_ticket.unit = 'ticket'
            and tickets.created_date >= per_ticket.valid_from
            and coalesce(tickets.created_date < per_ticket.valid_to, true)
    left join unit_costs as per_minute
        on
            per_minute.unit = 'support_minute'
            and tickets.created_date >= per_minute.valid_from
            and coalesce(tickets.created_date < per_minute.valid_to, true)
)

select * from final

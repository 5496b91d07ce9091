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

final as (
    select
        tickets.ticket_id,
        tickets.account_id,
        tickets.created_date,
        tickets.handle_minutes,
        -- without minutes the ticket alone is counted; without a cost of that day nothing is known
        per_ticket.cost + coalesce(tickets.handle_minutes * per_minute.cost, 0.0) as support_cost
    from tickets
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

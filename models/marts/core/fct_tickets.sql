-- Support tickets as of today, with resolution times.
-- Grain: one row per ticket_id.

with tickets as (
    select * from {{ ref('stg_tickets') }}
    where is_current and deleted_at is null
),

accounts as (
    select account_id from {{ ref('dim_accounts') }}
),

themes as (
    select * from {{ ref('ticket_themes') }}
),

final as (
    select
        tickets.ticket_id,
        tickets.account_id,
        tickets.created_at,
        tickets.updated_at,
        tickets.status,
        tickets.priority,
        tickets.channel,
        tickets.theme,
        themes.cause,
        coalesce(themes.is_blocker, false) as is_blocker,
        tickets.subject,
        tickets.first_replied_at,
        tickets.solved_at,
        {{ seconds_between('tickets.created_at', 'tickets.solved_at') }} / 3600.0 as hours_to_solve,
        tickets.csat_score,
        tickets.handle_minutes
    from tickets
    inner join accounts on tickets.account_id = accounts.account_id
    left join themes on tickets.theme = themes.theme
)

select * from final

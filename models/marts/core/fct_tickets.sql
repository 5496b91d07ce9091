-- Support tickets as of today, with resolution times.
-- Grain: one row per ticket_id.

with versions as (
    select * from {{ ref('stg_tickets') }}
),

tickets as (
    select * from versions
    where is_current and deleted_at is null
),

-- the last solve: when it was solved since it was last open, not when it was last changed
reopened as (
    select
        ticket_id,
        max(case when status not in ('solved', 'closed') then updated_at end) as last_open_at
    from versions
    group by ticket_id
),

solves as (
    select
        versions.ticket_id,
        min(coalesce(versions.solved_at, versions.updated_at)) as solved_at
    from versions
    inner join reopened on versions.ticket_id = reopened.ticket_id
    where
        versions.status in ('solved', 'closed')
        and coalesce(versions.updated_at > reopened.last_open_at, true)
    group by versions.ticket_id
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
        solves.solved_at,
        {{ seconds_between('tickets.created_at', 'solves.solved_at') }} / 3600.0 as hours_to_solve,
        tickets.csat_score,
        tickets.handle_minutes
    from tickets
    inner join accounts on tickets.account_id = accounts.account_id
    left join themes on tickets.theme = themes.theme
    left join solves on tickets.ticket_id = solves.ticket_id and tickets.status in ('solved', 'closed')
)

select * from final

-- Blocking tickets that were not solved by a scored day.
-- Grain: one row per account_id and scored_on.

with tickets as (
    select
        stg_tickets.*,
        cast(stg_tickets.created_at as date) as opened_on
    from {{ ref('stg_tickets') }} as stg_tickets
    inner join {{ ref('ticket_themes') }} as themes on stg_tickets.theme = themes.theme and themes.is_blocker
),

scored_days as (
    select * from {{ ref('int_scored_days') }}
),

as_known as (
    select
        tickets.ticket_id,
        tickets.account_id,
        tickets.theme,
        tickets.opened_on,
        tickets.status,
        tickets.deleted_at,
        scored_days.scored_on,
        row_number() over (
            partition by tickets.ticket_id, scored_days.scored_on
            order by tickets.updated_at desc, tickets.known_on desc
        ) as recency
    from scored_days
    inner join tickets on scored_days.scored_on >= tickets.known_on and scored_days.scored_on >= tickets.opened_on
),

final as (
    select
        account_id,
        scored_on,
        count(*) as n_blockers,
        min(opened_on) as blocked_since,
        min_by(theme, opened_on) as blocker_theme
    from as_known
    where recency = 1 and deleted_at is null and status not in ('solved', 'closed')
    group by account_id, scored_on
)

select * from final

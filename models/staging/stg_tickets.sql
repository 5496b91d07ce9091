-- Support tickets with every change of their state.
-- Grain: one row per ticket_id and updated_at.

with landed as (
    {{ first_known(source('lake', 'tickets'), ['ticket_id', 'updated_at']) }}
),

final as (
    select
        ticket_id,
        account_id,
        created_at,
        updated_at,
        status,
        priority,
        channel,
        theme,
        subject,
        first_replied_at,
        solved_at,
        csat_score,
        handle_minutes,
        deleted_at,
        source_id,
        known_on,
        row_number() over (partition by ticket_id order by updated_at desc, known_on desc) = 1 as is_current
    from landed
)

select * from final

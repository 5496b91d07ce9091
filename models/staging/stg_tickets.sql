-- Support tickets with every change of their state.
-- Grain: one row per ticket_id and updated_at.

{% set content = [
    'account_id', 'created_at', 'status', 'priority', 'channel', 'theme', 'subject', 'first_replied_at', 'solved_at',
    'csat_score', 'handle_minutes', 'deleted_at',
] %}

with landed as (
    {{ known_versions(source('lake', 'tickets'), ['ticket_id', 'updated_at'], content) }}
),

dated as (
    select
        *,
        {{ version_time('updated_at', 'created_at') }} as versioned_at
    from landed
),

moved as (
    {{ with_account_moves('dated', ['ticket_id'], content, "deleted_at is null") }}
),

final as (
    select
        ticket_id,
        account_id,
        created_at,
        versioned_at as updated_at,
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
        row_number() over (partition by ticket_id order by versioned_at desc, known_on desc) = 1 as is_current
    from moved
)

select * from final

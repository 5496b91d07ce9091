-- What customer-success people wrote down.
-- Grain: one row per note_id.

with landed as (
    {{ first_known(source('lake', 'notes'), ['note_id']) }}
),

final as (
    select
        note_id,
        account_id,
        author_id,
        noted_at,
        kind,
        text,
        source_id,
        known_on
    from landed
)

select * from final

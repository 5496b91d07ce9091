-- Bands that a person set by hand, dated and reasoned.
-- Grain: one row per override_id.

with landed as (
    {{ first_known(source('lake', 'score_overrides'), ['override_id']) }}
),

final as (
    select
        override_id,
        account_id,
        band,
        reason,
        author,
        valid_from,
        expires_at,
        source_id,
        known_on
    from landed
)

select * from final

-- Renames and merges of accounts.
-- Grain: one row per alias_id.

with landed as (
    {{ first_known(source('lake', 'account_aliases'), ['alias_id']) }}
),

final as (
    select
        alias_id,
        account_id,
        valid_from,
        source_id,
        known_on
    from landed
)

select * from final

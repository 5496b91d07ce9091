-- People at accounts, with every change of their role.
-- Grain: one row per user_id and updated_at.

with landed as (
    {{ first_known(source('lake', 'users'), ['user_id', 'updated_at']) }}
),

final as (
    select
        user_id,
        account_id,
        created_at,
        updated_at,
        role,
        persona,
        is_champion,
        deleted_at,
        source_id,
        known_on,
        row_number() over (partition by user_id order by updated_at desc, known_on desc) = 1 as is_current
    from landed
)

select * from final

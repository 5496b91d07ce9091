-- People at accounts, with every change of their role.
-- Grain: one row per user_id and updated_at.

{% set content = ['account_id', 'created_at', 'role', 'persona', 'is_champion', 'deleted_at'] %}

with landed as (
    {{ known_versions(source('lake', 'users'), ['user_id', 'updated_at'], content) }}
),

dated as (
    select
        *,
        {{ version_time('updated_at', 'created_at') }} as versioned_at
    from landed
),

moved as (
    {{ with_account_moves('dated', ['user_id'], content, "deleted_at is null") }}
),

final as (
    select
        user_id,
        account_id,
        created_at,
        versioned_at as updated_at,
        role,
        persona,
        is_champion,
        deleted_at,
        source_id,
        known_on,
        row_number() over (partition by user_id order by versioned_at desc, known_on desc) = 1 as is_current
    from moved
)

select * from final

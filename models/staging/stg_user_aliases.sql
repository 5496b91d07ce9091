-- Which person an id of a person stands for, and from when on: devices before a sign-in, ids of other systems.
-- Grain: one row per alias_user_id and known_from.

with landed as (
    {{ known_versions(source('lake', 'user_aliases'), ['alias_user_id'], ['user_id', 'deleted_at']) }}
),

links as (
    select
        alias_user_id as alias_id,
        user_id as account_id,
        greatest(cast(valid_from as date), known_on) as known_from,
        known_until
    from landed
    where deleted_at is null and user_id <> alias_user_id
),

led as (
    {{ followed_links('links') }}
),

final as (
    select
        alias_id as alias_user_id,
        account_id as user_id,
        known_from,
        known_to,
        is_circular
    from led
)

select * from final

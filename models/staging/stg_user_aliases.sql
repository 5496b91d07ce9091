-- Which person an id of a person stands for, and from when on: devices before a sign-in, ids of other systems.
-- Grain: one row per alias_user_id and known_from.

-- A small table: views that read it would work it out again, each for itself.
{{ config(materialized='table') }}

with links as (
    select * from {{ ref('stg_user_links') }}
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

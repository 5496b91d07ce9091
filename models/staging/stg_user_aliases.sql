-- Which person an id of a person stands for, and from when on: devices before a sign-in, ids of other systems.
-- Grain: one row per alias_user_id and known_from.

-- A small table: views that read it would work it out again, each for itself.
{{ config(materialized='table') }}

-- An id that is known to be somebody stays theirs: the first word counts, as in the tools that send it. Of two ids that
-- name each other the later word is none.
with first_words as (
    {{ first_known(source('lake', 'user_aliases'), ['alias_user_id']) }}
),

words as (
    select
        alias_user_id as alias_id,
        user_id as account_id,
        greatest(cast(valid_from as date), known_on) as known_from,
        cast(null as date) as known_until
    from first_words
    where deleted_at is null and user_id <> alias_user_id
),

links as (
    select words.*
    from words
    left join words as others
        on
            words.alias_id = others.account_id
            and words.account_id = others.alias_id
            and (
                others.known_from < words.known_from
                or (others.known_from = words.known_from and others.alias_id < words.alias_id)
            )
    where others.alias_id is null
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

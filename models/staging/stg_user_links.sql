-- Which person an id of a person leads to directly, and from when on.
-- Grain: one row per alias_id.

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

final as (
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
)

select * from final

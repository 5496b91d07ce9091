-- What customer-success people wrote down.
-- Grain: one row per note_id and known_on.

{% set content = ['account_id', 'author_id', 'noted_at', 'text', 'kind', 'deleted_at'] %}

with landed as (
    {{ known_versions(source('lake', 'notes'), ['note_id'], content) }}
),

final as (
    select
        landed.note_id,
        coalesce(aliases.account_id, landed.account_id) as account_id,
        landed.author_id,
        landed.noted_at,
        landed.kind,
        landed.text,
        landed.source_id,
        landed.deleted_at,
        landed.known_on,
        landed.known_until
    from landed
    {{ alias_of('landed') }}
)

select * from final

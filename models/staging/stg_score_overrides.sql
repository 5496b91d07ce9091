-- Bands that a person set by hand, dated and reasoned.
-- Grain: one row per override_id and known_on.

{% set content = ['account_id', 'band', 'reason', 'author', 'valid_from', 'expires_at', 'deleted_at'] %}

with landed as (
    {{ known_versions(source('lake', 'score_overrides'), ['override_id'], content) }}
),

final as (
    select
        landed.override_id,
        coalesce(aliases.account_id, landed.account_id) as account_id,
        landed.band,
        landed.reason,
        landed.author,
        landed.valid_from,
        landed.expires_at,
        landed.source_id,
        landed.deleted_at,
        landed.known_on,
        landed.known_until
    from landed
    {{ alias_of('landed') }}
)

select * from final

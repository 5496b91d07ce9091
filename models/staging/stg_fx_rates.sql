-- Rates of exchange that sources bring, with every correction.
-- Grain: one row per currency, valid_from and known_on.

with landed as (
    {{ known_versions(source('lake', 'fx_rates'), ['currency', 'valid_from'], ['rate', 'deleted_at']) }}
),

final as (
    select
        currency,
        cast(valid_from as date) as valid_from,
        case when deleted_at is null then rate end as rate,
        source_id,
        known_on
    from landed
)

select * from final

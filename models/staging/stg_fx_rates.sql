-- Rates of exchange that sources bring, with every correction.
-- Grain: one row per currency, valid_from and known_on.

with landed as (
    {{ known_versions(source('lake', 'fx_rates'), ['currency', 'valid_from'], ['rate', 'deleted_at']) }}
),

-- one rate a day: the latest
ranked as (
    select
        *,
        cast(valid_from as date) as valid_date,
        row_number() over (
            partition by currency, cast(valid_from as date), known_on order by valid_from desc
        ) as recency
    from landed
),

final as (
    select
        currency,
        valid_date as valid_from,
        case when deleted_at is null then rate end as rate,
        source_id,
        known_on
    from ranked
    where recency = 1
)

select * from final

-- What a currency is worth in the reporting currency at each day of a price, and from when until when that was known.
-- Grain: one row per currency, priced_on and known_from.

-- Definitions, and that no rate is known, hold from the first day on.
{% set first_day = "date '1970-01-01'" %}

with reporting as (
    select * from {{ ref('int_reporting_currency') }}
),

prices as (
    select distinct
        currency,
        priced_on
    from {{ ref('int_subscription_changes') }}
    where mrr <> 0 and currency is not null
),

rates as (
    select
        currency,
        valid_from,
        rate,
        known_on
    from {{ ref('stg_fx_rates') }}
    union all
    select
        currency,
        valid_from,
        rate,
        {{ first_day }} as known_on
    from {{ ref('fx_rates') }}
),

candidates as (
    select
        prices.currency,
        prices.priced_on,
        rates.rate,
        rates.valid_from,
        rates.known_on as known_from
    from prices
    inner join rates on prices.currency = rates.currency and prices.priced_on >= rates.valid_from
    cross join reporting
    where prices.currency <> reporting.currency
    union all
    select
        prices.currency,
        prices.priced_on,
        case when prices.currency = reporting.currency then 1.0 end as rate,
        {{ first_day }} as valid_from,
        {{ first_day }} as known_from
    from prices
    cross join reporting
),

-- known later and of an earlier day says nothing new
newest as (
    select
        *,
        max(valid_from) over (
            partition by currency, priced_on order by known_from rows between unbounded preceding and current row
        ) as newest_valid_from,
        row_number() over (partition by currency, priced_on, known_from order by valid_from desc) as recency
    from candidates
),

final as (
    select
        currency,
        priced_on,
        rate,
        known_from,
        lead(known_from) over (partition by currency, priced_on order by known_from) as known_to
    from newest
    where recency = 1 and valid_from = newest_valid_from
)

select * from final

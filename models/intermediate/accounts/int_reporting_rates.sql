-- What a currency is worth in the reporting currency at each day of a price, and from when until when that was known.
-- Grain: one row per currency, priced_on and known_from.

-- Definitions, and that no rate is known, hold from the first day on.
{% set first_day = "date '1970-01-01'" %}
{% set no_day = "date '0001-01-01'" %}

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

spells as (
    select
        *,
        lead(known_on) over (partition by currency, valid_from order by known_on, rate) as known_to
    from rates
),

candidates as (
    select
        prices.currency,
        prices.priced_on,
        spells.rate,
        spells.valid_from,
        spells.known_on as known_from,
        spells.known_to
    from prices
    inner join spells on prices.currency = spells.currency and prices.priced_on >= spells.valid_from
    cross join reporting
    where
        prices.currency <> reporting.currency
        and spells.rate is not null
        and coalesce(spells.known_to > spells.known_on, true)
    union all
    select
        prices.currency,
        prices.priced_on,
        case when prices.currency = reporting.currency then 1.0 end as rate,
        {{ no_day }} as valid_from,
        {{ first_day }} as known_from,
        cast(null as date) as known_to
    from prices
    cross join reporting
),

days as (
    select currency, priced_on, known_from as day_date from candidates
    union
    select currency, priced_on, known_to as day_date from candidates
    where known_to is not null
),

-- on each day on which something changed, the newest rate that is known
newest as (
    select
        days.currency,
        days.priced_on,
        days.day_date,
        candidates.rate,
        row_number() over (
            partition by days.currency, days.priced_on, days.day_date order by candidates.valid_from desc
        ) as recency
    from days
    inner join candidates
        on
            days.currency = candidates.currency
            and days.priced_on = candidates.priced_on
            and days.day_date >= candidates.known_from
            and (candidates.known_to is null or days.day_date < candidates.known_to)
),

final as (
    select
        currency,
        priced_on,
        rate,
        day_date as known_from,
        lead(day_date) over (partition by currency, priced_on order by day_date) as known_to
    from newest
    where recency = 1
)

select * from final

-- In which currency amounts are reported, and since when amounts are known at all.
-- Grain: one row per currency.

with stated as (
    select currency from {{ ref('stg_workspace') }}
),

amounts as (
    select * from {{ ref('stg_subscriptions') }}
    where mrr is not null
),

-- where sources.yml says none: the first that was seen, by most subscriptions
named as (
    select
        currency,
        row_number() over (order by known_on asc, count(*) desc, currency asc) as place
    from amounts
    where currency is not null
    group by currency, known_on
),

first_named as (
    select currency from named
    where place = 1
),

final as (
    select
        coalesce((select currency from stated), (select currency from first_named), 'XXX') as currency,
        (select currency from stated) is not null as is_declared,
        (select min(known_on) from amounts) as amounts_known_from
)

select * from final

-- Health of the portfolio: accounts, score and revenue by band, for each segment and each CSM.
-- Grain: one row per scored_on, segment_attribute, segment_value, csm_id and band.

{{ config(materialized='incremental', partition_by='scored_on') }}

with scores as (
    select * from {{ ref('fct_account_scores') }}
    where is_published and scored_on between {{ first_day() }} and {{ last_day() }}
),

groups as (
    select * from {{ ref('int_account_segments') }}
),

-- all of them, and each CSM's own
books as (
    select *, 'all' as book from scores
    union all
    select *, coalesce(csm_id, 'nobody') as book from scores
),

final as (
    select
        books.scored_on,
        groups.segment_attribute,
        groups.segment_value,
        books.book as csm_id,
        books.band,
        count(*) as n_accounts,
        count(books.score) as n_scored,
        -- a sum of decimals is the same in any order, that of floating point is not
        cast(sum(books.score) as double) / nullif(count(books.score), 0) as mean_score,
        sum(books.mrr) as mrr,
        sum(books.mrr_at_risk) as mrr_at_risk,
        cast(sum(case when books.mrr is null then 1 else 0 end) as bigint) as n_mrr_unknown,
        {{ reporting_currency() }} as currency
    from books
    inner join groups
        on
            books.account_id = groups.account_id
            and books.scored_on >= groups.known_on
            and (groups.known_until is null or books.scored_on < groups.known_until)
    group by books.scored_on, groups.segment_attribute, groups.segment_value, books.book, books.band
)

select * from final

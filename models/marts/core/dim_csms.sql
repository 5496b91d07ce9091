-- Customer-success managers with their accounts and tasks of today.
-- Grain: one row per csm_id.

with csms as (
    select * from {{ ref('csms') }}
),

books as (
    select
        csm_id,
        count(*) as n_accounts,
        sum(mrr) as mrr,
        sum(case when mrr is null then 1 else 0 end) as n_mrr_unknown
    from {{ ref('dim_accounts') }}
    where csm_id is not null and ended_on is null
    group by csm_id
),

final as (
    select
        coalesce(csms.csm_id, books.csm_id) as csm_id,
        coalesce(csms.name, books.csm_id) as name,
        csms.team,
        csms.capacity_hours_per_week,
        coalesce(books.n_accounts, 0) as n_accounts,
        case when books.csm_id is null then 0.0 else books.mrr end as mrr,
        cast(coalesce(books.n_mrr_unknown, 0) as bigint) as n_mrr_unknown,
        {{ reporting_currency() }} as currency
    from csms
    full outer join books on csms.csm_id = books.csm_id
)

select * from final

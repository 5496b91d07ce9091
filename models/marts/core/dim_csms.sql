-- Customer-success managers with their accounts and tasks of today.
-- Grain: one row per csm_id.

with csms as (
    select * from {{ ref('csms') }}
),

books as (
    select
        csm_id,
        count(*) as n_accounts,
        sum(mrr) as mrr
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
        coalesce(books.mrr, 0.0) as mrr
    from csms
    full outer join books on csms.csm_id = books.csm_id
)

select * from final

-- Age of the newest day of each source against its expected frequency, and what its pulls brought.
-- Grain: one row per source_id.

with pulls as (
    select * from {{ ref('stg_pulls') }}
    where last_date <= {{ last_day() }}
),

latest as (
    select
        source_id,
        entity,
        expected_every_days,
        row_number() over (partition by source_id order by pull_id desc) as recency
    from pulls
),

totals as (
    select
        source_id,
        count(*) as n_pulls,
        max(newest_date) as newest_date,
        cast(sum(n_received) as bigint) as n_received,
        cast(sum(n_landed) as bigint) as n_landed,
        cast(sum(n_rejected) as bigint) as n_rejected,
        cast(sum(n_rejected) as double) / nullif(sum(n_rows), 0) as rejected_ratio
    from pulls
    group by source_id
),

final as (
    select
        totals.source_id,
        latest.entity,
        {{ last_day() }} as as_of,
        totals.newest_date,
        {{ days_between('totals.newest_date', last_day()) }} as days_behind,
        latest.expected_every_days,
        {{ days_between('totals.newest_date', last_day()) }} > latest.expected_every_days as is_late,
        totals.n_pulls,
        totals.n_received,
        totals.n_landed,
        totals.n_rejected,
        totals.rejected_ratio
    from totals
    inner join latest on totals.source_id = latest.source_id and latest.recency = 1
)

select * from final

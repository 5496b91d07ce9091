-- What did not land and why; the record itself stays in the lake, since it may hold personal data.
-- Grain: one row per source_id, pull_id, reason and origin.

with rejects as (
    select * from {{ source('lake', 'rejects') }}
),

final as (
    select
        source_id,
        pull_id,
        reason,
        coalesce(origin, 'unknown') as origin,
        count(*) as n_records
    from rejects
    group by source_id, pull_id, reason, coalesce(origin, 'unknown')
)

select * from final

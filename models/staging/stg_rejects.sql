-- What did not land and why, without the record itself, which may hold personal data.
-- Grain: one row per source_id, pull_id, reason and origin.

with landed as (
    select * from {{ source('lake', 'rejects') }}
),

final as (
    select
        source_id,
        pull_id,
        reason,
        coalesce(origin, 'unknown') as origin,
        count(*) as n_records
    from landed
    group by source_id, pull_id, reason, coalesce(origin, 'unknown')
)

select * from final

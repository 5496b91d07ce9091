-- What checks found that does not hold, with the source and day it is about.
-- Grain: one row per dataset, check_key, source_id, checked_date and pull_id.

with landed as (
    select * from {{ source('lake', 'findings') }}
),

final as (
    select
        dataset,
        check_key,
        coalesce(source_id, '') as source_id,
        checked_date,
        pull_id,
        severity,
        status,
        detail,
        last_date
    from landed
)

select * from final

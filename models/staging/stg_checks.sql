-- Results of the expectations on the rows that landed.
-- Grain: one row per dataset, check_key and pull_id.

with landed as (
    select * from {{ source('lake', 'checks') }}
),

final as (
    select
        dataset,
        check_key,
        pull_id,
        severity,
        status,
        detail,
        last_date
    from landed
)

select * from final

-- What the rows of a source look like day by day and what is usual, as it was measured last.
-- Grain: one row per source_id, measure and known_on.

with landed as (
    select
        *,
        -- a day that was landed again says what it says now: a name that is gone leaves no row
        max(pull_id) over (partition by source_id, known_on) as newest_pull_id
    from {{ source('lake', 'profiles') }}
),

final as (
    select
        dataset,
        source_id,
        measure,
        known_on,
        value,
        usual,
        deviation
    from landed
    where pull_id = newest_pull_id
)

select * from final

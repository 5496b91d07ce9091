-- What the rows of a source look like day by day and what is usual, as it was measured last.
-- Grain: one row per source_id, measure and known_on.

with landed as (
    select
        *,
        row_number() over (partition by source_id, measure, known_on order by pull_id desc) as recency
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
    where recency = 1
)

select * from final

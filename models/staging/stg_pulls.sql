-- What every committed pull was for, and what became of its records.
-- Grain: one row per source_id and pull_id.

with landed as (
    select * from {{ source('lake', 'pulls') }}
),

final as (
    select
        source_id,
        pull_id,
        entity,
        currency,
        families,
        last_date,
        newest_date,
        expected_every_days,
        max_rejected_ratio,
        n_received,
        n_rows,
        n_landed,
        n_rejected,
        coalesce(n_outside_window, 0) as n_outside_window
    from landed
)

select * from final

-- What the checks at both borders and dbt's tests said, run by run.
-- Grain: one row per dataset, check_key and pull_id.

with landed as (
    select * from {{ source('lake', 'checks') }}
),

final as (
    select
        dataset,
        check_key,
        pull_id,
        coalesce(border, 'landing') as border,
        severity,
        status,
        dimension,
        owner,
        steward,
        why,
        expected,
        detail,
        n_rows,
        n_failing,
        sample_keys,
        failing_since,
        coalesce(first_date, last_date) as first_date,
        last_date
    from landed
)

select * from final

-- Results of all checks, run by run: what was seen, since when it fails, whose it is and who has looked at it.
-- Grain: one row per dataset, check_key and run_id.

with checks as (
    select * from {{ ref('stg_checks') }}
    -- what is judged after a build is of the build before, until the snapshot is written
    where last_date <= {{ last_day() }} and (border = 'landing' or last_date < {{ last_day() }})
),

acknowledgements as (
    select * from {{ ref('quality_acknowledgements') }}
),

final as (
    select
        checks.dataset,
        checks.check_key,
        checks.pull_id as run_id,
        checks.last_date as checked_on,
        checks.border,
        checks.status,
        checks.severity,
        checks.dimension,
        checks.owner,
        checks.steward,
        checks.why,
        checks.expected,
        checks.detail as observed,
        checks.n_rows,
        checks.n_failing,
        checks.sample_keys,
        checks.failing_since,
        acknowledgements.check_key is not null as is_acknowledged,
        acknowledgements.acknowledged_by,
        acknowledgements.expires_on as acknowledged_until,
        acknowledgements.reason as acknowledgement
    from checks
    left join acknowledgements
        on
            checks.dataset = acknowledgements.dataset
            and checks.check_key = acknowledgements.check_key
            and checks.status in ('failed', 'error')
            and checks.last_date between acknowledgements.acknowledged_on and acknowledgements.expires_on
)

select * from final

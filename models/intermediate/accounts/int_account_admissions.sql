-- From which day on what an account does counts, and since when that is known: a corrected start may admit more.
-- Grain: one row per account_id and admits_from.

with versions as (
    select * from {{ ref('int_account_start_versions') }}
),

compared as (
    select
        account_id,
        started_date,
        known_from,
        min(started_date) over (
            partition by account_id order by known_from rows between unbounded preceding and 1 preceding
        ) as earliest_before
    from versions
),

-- a start that moves to a later day takes nothing back: what was counted stays counted
final as (
    select
        account_id,
        started_date as admits_from,
        earliest_before as admits_to,
        known_from
    from compared
    where earliest_before is null or started_date < earliest_before
)

select * from final

-- Rows that decide whether a milestone was met on one of its candidate days, person by person.
-- Grain: one row per account_id, milestone_id, version, user_id, event_date and known_on.

with uses as (
    select * from {{ ref('int_milestone_event_days') }}
),

candidates as (
    select
        account_id,
        milestone_id,
        version,
        min(event_date) as first_date,
        max(event_date) as last_date
    from {{ ref('int_milestone_candidate_days') }}
    group by account_id, milestone_id, version
),

final as (
    select
        uses.account_id,
        uses.milestone_id,
        uses.version,
        uses.user_id,
        uses.event_date,
        uses.known_on,
        sum(uses.n) as n
    from uses
    inner join candidates
        on
            uses.account_id = candidates.account_id
            and uses.milestone_id = candidates.milestone_id
            and uses.version = candidates.version
            and uses.event_date <= candidates.last_date
            and (
                uses.within_days is null
                or uses.event_date > {{ add_days('candidates.first_date', '-1 * uses.within_days') }}
            )
    group by uses.account_id, uses.milestone_id, uses.version, uses.user_id, uses.event_date, uses.known_on
)

select * from final

-- Rows that decide whether a milestone was met on one of its candidate days, person by person.
-- Grain: one row per account_id, milestone_id, version, user_id, event_date, known_on and is_end.

-- Who turns out to be somebody else counts as that person from then on (a row of nothing), and no longer as before
-- (a row with is_end).

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

found as (
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
),

spells as (
    select * from {{ ref('int_person_spells') }}
    where known_from <= {{ last_day() }}
),

final as (
    select
        found.account_id,
        found.milestone_id,
        found.version,
        coalesce(spells.person_id, found.user_id) as user_id,
        found.event_date,
        greatest(found.known_on, coalesce(spells.known_from, found.known_on)) as known_on,
        0 as is_end,
        sum(case when spells.known_from > found.known_on then 0 else found.n end) as n
    from found
    left join spells on found.user_id = spells.user_id
    where spells.known_to is null or found.known_on < spells.known_to
    group by
        found.account_id, found.milestone_id, found.version, coalesce(spells.person_id, found.user_id),
        found.event_date, greatest(found.known_on, coalesce(spells.known_from, found.known_on))
    union all
    select distinct
        found.account_id,
        found.milestone_id,
        found.version,
        spells.person_id as user_id,
        found.event_date,
        spells.known_to as known_on,
        1 as is_end,
        0 as n
    from found
    inner join spells on found.user_id = spells.user_id and found.known_on < spells.known_to
    where spells.known_to <= {{ last_day() }}
)

select * from final

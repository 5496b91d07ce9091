-- How much an account did towards a milestone on a day, with and without what became known later.
-- Grain: one row per account_id, milestone_id, version and event_date.

with uses as (
    select * from {{ ref('int_milestone_event_days') }}
),

final as (
    select
        account_id,
        milestone_id,
        version,
        event_date,
        min(within_days) as within_days,
        sum(n) as n,
        sum(case when known_on <= event_date then n else 0 end) as n_timely,
        max(case when known_on <= event_date then 1 else 0 end) as n_timely_days,
        max(known_on) as known_on
    from uses
    group by account_id, milestone_id, version, event_date
)

select * from final

-- Days on which a source of events was out: what nobody sent then says nothing about customers.
-- Grain: one row per outage_date.

with findings as (
    select * from {{ ref('int_event_findings') }}
    where event_name = '(all)'
),

-- a source that brings hardly anything of what counts as use says nothing of use
final as (
    select known_on as outage_date
    from findings
    group by known_on
    having
        sum(case when finding in ('outage', 'unmapped') then n_mapped_usual else 0 end) * 10
        >= sum(coalesce(n_mapped_usual, 0))
        and sum(case when finding in ('outage', 'unmapped') then n_mapped_usual end) > 0
)

select * from final

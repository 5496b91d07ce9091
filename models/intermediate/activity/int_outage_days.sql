-- Days on which a source of events was out: what nobody sent then says nothing about customers.
-- Grain: one row per outage_date.

with final as (
    select distinct known_on as outage_date
    from {{ ref('int_event_findings') }}
    where finding in ('outage', 'unmapped')
)

select * from final

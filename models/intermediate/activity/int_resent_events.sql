-- Late rows that repeat an event of the seven days before: trackers resend what they could not confirm.
-- Grain: one row per source_id, event_id and known_on.

-- Only late rows can repeat something, so the few of them are compared with all. Both sides name the relation itself:
-- an import CTE that is used twice would be written out in full.
with final as (
    select
        late.source_id,
        late.event_id,
        late.known_on,
        min(late.event_name) as event_name
    from {{ ref('stg_events') }} as late
    inner join {{ ref('stg_events') }} as earlier
        on
            late.source_id = earlier.source_id
            and late.event_id = earlier.event_id
            and earlier.known_on < late.known_on
            and earlier.known_on >= {{ add_days('late.known_on', -7) }}
    where
        late.known_on between {{ first_day() }} and {{ last_day() }}
        and late.event_date < late.known_on
        and earlier.known_on between {{ add_days(first_day(), -7) }} and {{ last_day() }}
    group by late.source_id, late.event_id, late.known_on
)

select * from final

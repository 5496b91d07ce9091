-- Decisions of reviews: who does what by when, and whether it is done.
-- Grain: one row per decision_id.

with decisions as (
    select * from {{ ref('decisions') }}
    where decided_on <= {{ last_day() }}
),

final as (
    select
        decision_id,
        decided_on,
        forum,
        decision,
        owner,
        due_date,
        closed_on,
        nullif(play_id, '') as play_id,
        nullif(lesson, '') as lesson,
        case
            when closed_on <= {{ last_day() }} then 'closed'
            when due_date < {{ last_day() }} then 'overdue'
            else 'open'
        end as status
    from decisions
)

select * from final

-- Every task from the day it was opened to the day it ended, and why it ended.
-- Grain: one row per task_id.

with states as (
    select * from {{ ref('int_task_states') }}
),

plays as (
    select * from {{ ref('plays') }}
),

final as (
    select
        states.task_id,
        states.account_id,
        states.play_id,
        states.origin,
        states.is_taken_up,
        states.owner_id,
        states.is_assigned,
        states.opened_on,
        states.due_date,
        states.status,
        states.is_open,
        states.was_shown,
        states.closed_on,
        states.is_on_time,
        states.reason,
        plays.task,
        plays.deliverable,
        plays.channel,
        plays.objective_metric_id,
        states.outcome,
        states.annotation,
        states.effort_hours
    from states
    inner join plays on states.play_id = plays.play_id
)

select * from final

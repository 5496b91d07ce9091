-- Tasks as the tool that people work in tells them, by what was known on the last day.
-- Grain: one row per task_id.

with plays as (
    select * from {{ ref('plays') }}
),

versions as (
    select
        *,
        cast(updated_at as date) as updated_on,
        case
            when deleted_at is not null then 'deleted'
            when lower(status) in ('done', 'complete', 'completed', 'closed', 'resolved') then 'done'
            when lower(status) in ('declined', 'rejected', 'cancelled', 'canceled', 'skipped') then 'declined'
            else 'open'
        end as state
    from {{ ref('stg_play_activities') }}
    where known_on <= {{ last_day() }}
),

tasks as (
    select
        task_id,
        min(updated_on) as opened_on,
        min(known_on) as known_on,
        max_by(account_id, updated_at) as account_id,
        max_by(play_id, updated_at) as play_id,
        max_by(owner_id, updated_at) as owner_id,
        max_by(state, updated_at) as state,
        max_by(due_date, updated_at) as due_date,
        max_by(cast(completed_at as date), updated_at) as completed_on,
        max_by(outcome, updated_at) as outcome,
        max_by(annotation, updated_at) as annotation,
        max_by(effort_hours, updated_at) as effort_hours,
        max(updated_on) as updated_on,
        max(known_on) as updated_known_on
    from versions
    group by task_id
),

final as (
    select
        tasks.task_id,
        tasks.account_id,
        tasks.play_id,
        tasks.owner_id,
        tasks.state,
        tasks.opened_on,
        tasks.known_on,
        tasks.due_date,
        case when tasks.state in ('done', 'declined') then coalesce(tasks.completed_on, tasks.updated_on) end
            as closed_on,
        case when tasks.state in ('done', 'declined') then tasks.updated_known_on end as closed_known_on,
        nullif(tasks.outcome, '') as outcome,
        nullif(tasks.annotation, '') as annotation,
        tasks.effort_hours
    from tasks
    inner join plays on tasks.play_id = plays.play_id
    where tasks.state <> 'deleted'
)

select * from final

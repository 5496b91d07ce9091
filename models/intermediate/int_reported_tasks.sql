-- Tasks as the tool that people work in tells them, by what was known on the last day.
-- Grain: one row per task_id.

with plays as (
    select * from {{ ref('plays') }}
),

versions as (
    select
        *,
        cast(updated_at as date) as updated_on,
        min(cast(updated_at as date)) over (partition by task_id) as opened_on,
        min(known_on) over (partition by task_id) as first_known_on,
        row_number() over (partition by task_id order by updated_at desc, known_on desc) as recency,
        case
            when deleted_at is not null then 'deleted'
            when lower(status) in ('done', 'complete', 'completed', 'closed', 'resolved') then 'done'
            when lower(status) in ('declined', 'rejected', 'cancelled', 'canceled', 'skipped') then 'declined'
            else 'open'
        end as state
    from {{ ref('stg_play_activities') }}
    where known_on <= {{ last_day() }}
),

final as (
    select
        versions.task_id,
        versions.account_id,
        versions.play_id,
        versions.owner_id,
        versions.state,
        versions.opened_on,
        versions.first_known_on as known_on,
        versions.due_date,
        case
            when versions.state in ('done', 'declined')
                then coalesce(cast(versions.completed_at as date), versions.updated_on)
        end as closed_on,
        case when versions.state in ('done', 'declined') then versions.known_on end as closed_known_on,
        nullif(versions.outcome, '') as outcome,
        nullif(versions.annotation, '') as annotation,
        versions.effort_hours
    from versions
    inner join plays on versions.play_id = plays.play_id
    where versions.recency = 1 and versions.state <> 'deleted'
)

select * from final

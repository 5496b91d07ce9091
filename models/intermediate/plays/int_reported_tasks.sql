-- Tasks as the task tool reports them, as known on the last day.
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
            when status in ('done', 'declined') then status
            else 'open' -- or in progress
        end as state
    from {{ ref('stg_play_activities') }}
    where known_on <= {{ last_day() }}
),

latest as (
    select
        *,
        row_number() over (partition by task_id order by updated_at desc, known_on desc) as recency,
        first_value(state) over (partition by task_id order by updated_at desc, known_on desc) as latest_state
    from versions
),

followed as (
    select
        *,
        max(case when state <> latest_state then updated_at end) over (partition by task_id) as other_until
    from latest
),

-- a note written later does not move the day on which a task reached its state
dated as (
    select
        *,
        min(updated_on) over (partition by task_id) as opened_on,
        min(known_on) over (partition by task_id) as first_known_on,
        min(case when other_until is null or updated_at > other_until then updated_on end)
            over (partition by task_id) as state_since,
        min(case when other_until is null or updated_at > other_until then known_on end)
            over (partition by task_id) as state_known_on
    from followed
),

final as (
    select
        dated.task_id,
        dated.account_id,
        dated.play_id,
        dated.owner_id,
        dated.state,
        dated.opened_on,
        dated.first_known_on as known_on,
        dated.due_date,
        case
            when dated.state in ('done', 'declined')
                then coalesce(cast(dated.completed_at as date), dated.state_since)
        end as closed_on,
        case when dated.state in ('done', 'declined') then dated.state_known_on end as closed_known_on,
        nullif(dated.outcome, '') as outcome,
        nullif(dated.annotation, '') as annotation,
        dated.effort_hours
    from dated
    inner join plays on dated.play_id = plays.play_id
    where dated.recency = 1 and dated.state <> 'deleted'
)

select * from final

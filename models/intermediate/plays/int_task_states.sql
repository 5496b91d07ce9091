-- State of each task on the last day: owner, open or not, and if not since when and why.
-- Grain: one row per task_id.

with tasks as (
    select * from {{ ref('int_tasks') }}
),

plays as (
    select * from {{ ref('plays') }}
),

owners as (
    select * from {{ ref('int_role_owners') }}
),

-- in the order in which they win on the same day; a task that was done is done, however late
ends as (
    select
        task_id,
        case state when 'done' then 1 else 2 end as precedence,
        state as status,
        reported_closed_on as closed_on
    from tasks
    where state in ('done', 'declined')
    union all
    select task_id, 3 as precedence, 'account_left' as status, account_left_on as closed_on from tasks
    union all
    select task_id, 4 as precedence, 'taken_over' as status, taken_over_on as closed_on from tasks
    union all
    select task_id, 5 as precedence, 'not_needed' as status, not_needed_from as closed_on from tasks
    union all
    select task_id, 6 as precedence, 'expired' as status, {{ add_days('expires_on', 1) }} as closed_on from tasks
),

ranked as (
    select
        *,
        row_number() over (
            partition by task_id order by case when precedence < 3 then 1 else 2 end, closed_on, precedence, status
        ) as place
    from ends
    where closed_on <= {{ last_day() }}
),

final as (
    select
        tasks.task_id,
        tasks.account_id,
        tasks.play_id,
        tasks.origin,
        tasks.is_taken_up,
        tasks.opened_on,
        tasks.due_date,
        tasks.reason,
        -- who reported it owns it; a role stands for a missing person
        coalesce(tasks.reported_owner_id, owners.owner_id, plays.owner_role) as owner_id,
        coalesce(tasks.reported_owner_id, owners.owner_id) is not null as is_assigned,
        case
            when ranked.status is not null then ranked.status
            when tasks.is_proposed then 'proposed'
            when tasks.due_date < {{ last_day() }} then 'overdue'
            else 'open'
        end as status,
        ranked.status is null as is_open,
        tasks.is_taken_up or coalesce(ranked.closed_on >= first_run.run_on, true) as was_shown,
        ranked.closed_on,
        coalesce(ranked.status = 'done' and ranked.closed_on <= tasks.due_date, false) as is_on_time,
        tasks.outcome,
        tasks.annotation,
        coalesce(tasks.effort_hours, plays.effort_hours) as effort_hours
    from tasks
    cross join {{ first_run() }} as first_run
    inner join plays on tasks.play_id = plays.play_id
    left join ranked on tasks.task_id = ranked.task_id and ranked.place = 1
    left join owners on tasks.account_id = owners.account_id and plays.owner_role = owners.role
)

select * from final

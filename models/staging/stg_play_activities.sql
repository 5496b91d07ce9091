-- Tasks of plays with every change of their state, as the task tool reports them.
-- Grain: one row per task_id and updated_at.

with landed as (
    {{ first_known(source('lake', 'play_activities'), ['task_id', 'updated_at']) }}
),

final as (
    select
        task_id,
        account_id,
        play_id,
        owner_id,
        status,
        updated_at,
        due_date,
        completed_at,
        outcome,
        annotation,
        effort_hours,
        deleted_at,
        source_id,
        known_on,
        row_number() over (partition by task_id order by updated_at desc, known_on desc) = 1 as is_current
    from landed
)

select * from final

-- Tasks of plays with every change of their state, as the task tool reports them.
-- Grain: one row per task_id and updated_at.

{% set content = [
    'account_id', 'play_id', 'status', 'owner_id', 'due_date', 'completed_at', 'outcome', 'annotation', 'effort_hours',
    'deleted_at',
] %}

with landed as (
    {{ known_versions(source('lake', 'play_activities'), ['task_id', 'updated_at'], content) }}
),

dated as (
    select
        *,
        {{ version_time('updated_at', 'null') }} as versioned_at
    from landed
),

moved as (
    {{ with_account_moves('dated', ['task_id'], content, "status not in ('done', 'declined') and deleted_at is null") }}
),

final as (
    select
        task_id,
        account_id,
        play_id,
        owner_id,
        status,
        versioned_at as updated_at,
        due_date,
        completed_at,
        outcome,
        annotation,
        effort_hours,
        deleted_at,
        source_id,
        known_on,
        row_number() over (partition by task_id order by versioned_at desc, known_on desc) = 1 as is_current
    from moved
)

select * from final

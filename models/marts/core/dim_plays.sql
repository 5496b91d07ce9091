-- The playbook: what to do, who does it, how soon and to what end.
-- Grain: one row per play_id.

with plays as (
    select * from {{ ref('plays') }}
),

final as (
    select
        play_id,
        name,
        task,
        owner_role,
        due_days,
        deliverable,
        channel,
        objective_metric_id,
        expected_movement,
        effort_hours,
        priority,
        prior_effect,
        prior_n,
        owner,
        version,
        valid_from,
        rationale,
        expires_after_days,
        repeat_after_days,
        holdout_ratio,
        holdout_from,
        holdout_until
    from plays
)

select * from final

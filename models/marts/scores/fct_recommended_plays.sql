-- What to do next, by whom and by when, for the last day of each build; blockers first, then most value per hour.
-- Grain: one row per scored_on and task_id.

{{ config(materialized='incremental', partition_by='scored_on') }}

with worklists as (
    select * from {{ ref('int_worklists') }}
),

plays as (
    select * from {{ ref('plays') }}
),

final as (
    select
        {{ last_day() }} as scored_on,
        worklists.task_id,
        worklists.account_id,
        worklists.play_id,
        plays.task,
        worklists.owner_id,
        worklists.is_assigned,
        worklists.is_taken_up,
        worklists.status,
        worklists.opened_on,
        worklists.due_date,
        plays.deliverable,
        plays.objective_metric_id,
        plays.expected_movement,
        plays.channel,
        worklists.called_for_by as reason,
        worklists.situation,
        worklists.is_blocker,
        worklists.effort_hours,
        worklists.aim,
        worklists.mrr,
        worklists.stake_ratio,
        worklists.value_at_stake,
        {{ reporting_currency() }} as currency,
        worklists.success_probability,
        worklists.priority_value,
        cast(worklists.rank_in_worklist as integer) as rank_in_worklist,
        worklists.cumulative_hours,
        worklists.hours_left,
        worklists.cut_reason is null as is_within_capacity,
        worklists.cut_reason
    from worklists
    inner join plays on worklists.play_id = plays.play_id
)

select * from final

-- Onboarding status of each account on each scored day: stage, stall, blocker, next milestone, diagnosis.
-- Grain: one row per account_id and as_of.

{{ config(materialized='incremental', partition_by='as_of') }}

with spine as (
    select * from {{ ref('int_account_spine') }}
),

progress as (
    select * from {{ ref('int_journey_progress') }}
),

standings as (
    select * from {{ ref('int_journey_states') }}
),

feedback as (
    select * from {{ ref('int_journey_feedback') }}
),

stages as (
    select * from {{ ref('stages') }}
),

final as (
    select
        spine.account_id,
        spine.scored_on as as_of,
        spine.segment_attribute,
        spine.segment_value,
        spine.tenure_days,
        standings.stage,
        progress.first_value_at,
        {{ days_to('spine.started_date', 'progress.first_value_at') }} as time_to_first_value_days,
        progress.n_attained,
        progress.n_milestones,
        progress.next_milestone_id,
        progress.n_required_open = 0 and progress.n_milestones > 0 as is_complete,
        progress.last_progress_on,
        standings.stall_threshold_days,
        standings.stalled_on is not null as is_stalled,
        standings.stalled_on,
        stages.unlocks,
        case when standings.stalled_on is not null then stages.help_play_id end as help_play_id,
        {{ add_days('standings.stalled_on', 'stages.assistance_days') }} as assistance_until,
        standings.blocker_theme,
        standings.blocked_since,
        cast(coalesce(feedback.n_active_days, 0) as bigint) as n_active_days_28d,
        cast(coalesce(feedback.n_product_reports, 0) as bigint) as n_product_reports_28d,
        cast(coalesce(feedback.n_process_reports, 0) as bigint) as n_process_reports_28d,
        standings.diagnosis
    from spine
    inner join progress
        on spine.account_id = progress.account_id and spine.scored_on = progress.scored_on
    inner join standings
        on spine.account_id = standings.account_id and spine.scored_on = standings.scored_on
    inner join stages on standings.stage = stages.stage_id
    left join feedback
        on spine.account_id = feedback.account_id and spine.scored_on = feedback.scored_on
)

select * from final

-- Where each account stands on its way to value on each scored day, and what stands in its way.
-- Grain: one row per account_id and as_of.

{{ config(materialized='incremental', partition_by='as_of', pre_hook="{{ clear_window('as_of') }}") }}

with spine as (
    select * from {{ ref('int_account_spine') }}
),

progress as (
    select * from {{ ref('int_journey_progress') }}
),

voice as (
    select * from {{ ref('int_journey_voice') }}
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
        stages.stage_id as stage,
        progress.first_value_at,
        {{ days_to('spine.started_date', 'progress.first_value_at') }} as time_to_first_value_days,
        progress.n_attained,
        progress.n_milestones,
        progress.next_milestone_id,
        progress.n_attained = progress.n_milestones as is_complete,
        progress.last_progress_on,
        progress.n_attained < progress.n_milestones
        and stages.stall_after_days is not null
        and {{ days_between('progress.last_progress_on', 'spine.scored_on') }} > stages.stall_after_days as is_stalled,
        case
            when not coalesce(voice.has_used, false) then 'no_usage'
            when coalesce({{ days_between('voice.last_use_on', 'spine.scored_on') }}, 14) >= 14 then 'silent'
            when voice.n_product_signals > 0 and voice.n_product_signals >= voice.n_process_signals
                then 'product_friction'
            when voice.n_process_signals > 0 then 'process_friction'
            when voice.n_active_days < 3 and spine.tenure_days >= 14 then 'disengaged'
            else 'healthy'
        end as diagnosis
    from spine
    inner join progress
        on spine.account_id = progress.account_id and spine.scored_on = progress.scored_on
    inner join stages on progress.stage_sequence = stages.sequence
    left join voice
        on spine.account_id = voice.account_id and spine.scored_on = voice.scored_on
)

select * from final

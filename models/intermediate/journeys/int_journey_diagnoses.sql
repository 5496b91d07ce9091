-- Whether an account stalls, by the pace usual for its stage, what blocks it and what its behaviour says.
-- Grain: one row per account_id and scored_on.

with spine as (
    select * from {{ ref('int_account_spine') }}
),

progress as (
    select * from {{ ref('int_journey_progress') }}
),

voice as (
    select * from {{ ref('int_journey_feedback') }}
),

blockers as (
    select * from {{ ref('int_open_blockers') }}
),

stages as (
    select * from {{ ref('stages') }}
),

-- too few accounts that moved on show nothing that is usual: the total's pace stands in, then the seed's
dwell_times as (
    select * from {{ ref('int_stage_dwell_times') }}
    where n >= 10
),

thresholds as (
    select
        spine.account_id,
        spine.scored_on,
        stages.stage_id as stage,
        progress.last_progress_on,
        progress.n_attained < progress.n_milestones as is_under_way,
        cast(ceil(coalesce(own.p75_days, everyone.p75_days, stages.stall_after_days)) as integer) as stall_threshold_days
    from spine
    inner join progress on spine.account_id = progress.account_id and spine.scored_on = progress.scored_on
    inner join stages on progress.stage_sequence = stages.sequence
    left join dwell_times as own
        on
            spine.scored_on = own.scored_on
            and spine.segment_attribute = own.segment_attribute
            and spine.segment_value = own.segment_value
            and stages.stage_id = own.stage
    left join dwell_times as everyone
        on
            spine.scored_on = everyone.scored_on
            and everyone.segment_attribute = 'all'
            and stages.stage_id = everyone.stage
),

standing as (
    select
        account_id,
        scored_on,
        stage,
        stall_threshold_days,
        case
            when is_under_way and {{ days_between('last_progress_on', 'scored_on') }} > stall_threshold_days
                then {{ add_days('last_progress_on', 'stall_threshold_days + 1') }}
        end as stalled_on
    from thresholds
),

final as (
    select
        spine.account_id,
        spine.scored_on,
        standing.stage,
        standing.stall_threshold_days,
        standing.stalled_on,
        blockers.blocker_theme,
        blockers.blocked_since,
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
    inner join standing on spine.account_id = standing.account_id and spine.scored_on = standing.scored_on
    left join blockers on spine.account_id = blockers.account_id and spine.scored_on = blockers.scored_on
    left join voice
        on spine.account_id = voice.account_id and spine.scored_on = voice.scored_on
)

select * from final

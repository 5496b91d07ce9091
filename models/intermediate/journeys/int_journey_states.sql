-- Stage, stall, blocker and diagnosis of each account on each scored day.
-- Grain: one row per account_id and scored_on.

with spine as (
    select * from {{ ref('int_account_spine') }}
),

progress as (
    select * from {{ ref('int_journey_progress') }}
),

diagnoses as (
    select * from {{ ref('int_account_diagnoses') }}
),

blockers as (
    select * from {{ ref('int_open_blockers') }}
),

-- nothing follows the last stage, so nothing can be late in it
stages as (
    select *, sequence = max(sequence) over () as is_last
    from {{ ref('stages') }}
),

-- where too few of the segment moved on, or no stay is longer than usual, all accounts count, then the seed
dwell_times as (
    select * from {{ ref('int_stage_incidences') }}
    where endpoint = 'onward' and outcome = 'onward' and n >= {{ min_followed() }} and stall_days is not null
),

thresholds as (
    select
        spine.account_id,
        spine.scored_on,
        stages.stage_id as stage,
        progress.last_progress_on,
        progress.n_required_open > 0 as is_under_way,
        case
            when not stages.is_last
                then coalesce(own.stall_days, everyone.stall_days, stages.stall_after_days)
        end as stall_threshold_days
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
        diagnoses.diagnosis
    from spine
    inner join standing on spine.account_id = standing.account_id and spine.scored_on = standing.scored_on
    left join blockers on spine.account_id = blockers.account_id and spine.scored_on = blockers.scored_on
    inner join diagnoses on spine.account_id = diagnoses.account_id and spine.scored_on = diagnoses.scored_on
)

select * from final

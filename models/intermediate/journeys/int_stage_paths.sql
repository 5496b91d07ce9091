-- What became of each stage that an account had entered by a scored day: next stage, first value, churn or none yet.
-- Grain: one row per account_id, scored_on and stage.

with entries as (
    select * from {{ ref('int_stage_entries') }}
),

-- an end is when the account left; an account that completed is followed until then, and did not leave
ends as (
    select account_id, scored_on, changed_on as ended_on, lifecycle = 'churned' as has_churned
    from {{ ref('int_subscription_states') }}
    where lifecycle in ('churned', 'completed')
),

history as (
    select milestone_history.*
    from {{ ref('int_milestone_history') }} as milestone_history
    inner join {{ ref('milestones') }} as milestones
        on
            milestone_history.milestone_id = milestones.milestone_id
            and milestone_history.version = milestones.version
    where milestones.kind = 'first_value'
),

-- to enter such a stage is to have had first value
value_stages as (
    select distinct stages.stage_id as stage
    from {{ ref('stages') }} as stages
    inner join {{ ref('milestones') }} as milestones on stages.unlock_milestone_id = milestones.milestone_id
    where milestones.kind = 'first_value'
),

first_values as (
    select
        entries.account_id,
        entries.scored_on,
        min(history.attained_at) as value_at
    from entries
    inner join history
        on
            entries.account_id = history.account_id
            and entries.scored_on >= history.known_from
            and (history.known_to is null or entries.scored_on < history.known_to)
    where entries.sequence = 1
    group by entries.account_id, entries.scored_on
),

final as (
    select
        entries.account_id,
        entries.scored_on,
        entries.stage,
        entries.sequence,
        entries.entered_on,
        case
            when entries.next_stage is not null then entries.next_stage
            when ends.has_churned then 'churned'
            else 'open'
        end as left_to,
        {{ days_to('entries.entered_on', 'coalesce(entries.next_entered_on, ends.ended_on, entries.scored_on)') }}
            as stage_days,
        case
            when first_values.value_at < entries.entered_at then 'before'
            when first_values.value_at = entries.entered_at and value_stages.stage is not null then 'before'
            when first_values.value_at is not null then 'value'
            when ends.has_churned then 'churned'
            else 'open'
        end as value_outcome,
        {{ days_to('entries.entered_on', 'coalesce(first_values.value_at, ends.ended_on, entries.scored_on)') }}
            as value_days,
        {{ days_between('entries.entered_on', 'entries.scored_on') }} as days_since_entered
    from entries
    left join ends on entries.account_id = ends.account_id and entries.scored_on = ends.scored_on
    left join value_stages on entries.stage = value_stages.stage
    left join first_values
        on entries.account_id = first_values.account_id and entries.scored_on = first_values.scored_on
)

select * from final

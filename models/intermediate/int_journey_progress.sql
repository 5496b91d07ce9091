-- Milestones attained by each scored day, the stage they unlock and the next one to reach.
-- Grain: one row per account_id and scored_on.

with spine as (
    select * from {{ ref('int_account_spine') }}
),

account_milestones as (
    select * from {{ ref('int_account_milestones') }}
    where target_days is not null
),

history as (
    select * from {{ ref('int_milestone_history') }}
),

stages as (
    select * from {{ ref('stages') }}
),

states as (
    select
        spine.account_id,
        spine.scored_on,
        spine.started_date,
        account_milestones.milestone_id,
        account_milestones.sequence,
        account_milestones.kind,
        history.attained_at
    from spine
    inner join account_milestones on spine.account_id = account_milestones.account_id
    left join history
        on
            spine.account_id = history.account_id
            and account_milestones.milestone_id = history.milestone_id
            and account_milestones.version = history.version
            and spine.scored_on >= history.known_from
            and (history.known_to is null or spine.scored_on < history.known_to)
),

final as (
    select
        states.account_id,
        states.scored_on,
        count(*) as n_milestones,
        count(states.attained_at) as n_attained,
        min(case when states.kind = 'first_value' then states.attained_at end) as first_value_at,
        greatest(
            min(states.started_date), coalesce(max(cast(states.attained_at as date)), min(states.started_date))
        ) as last_progress_on,
        min_by(
            case when states.attained_at is null then states.milestone_id end,
            case when states.attained_at is null then states.sequence end
        ) as next_milestone_id,
        coalesce(max(case when states.attained_at is not null then stages.sequence end), 1) as stage_sequence
    from states
    left join stages on states.milestone_id = stages.unlock_milestone_id
    group by states.account_id, states.scored_on
)

select * from final

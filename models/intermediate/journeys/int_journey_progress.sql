-- Milestones attained by each scored day, the stage they unlock and the next one to reach.
-- Grain: one row per account_id and scored_on.

with spine as (
    select * from {{ ref('int_account_spine') }}
),

states as (
    select * from {{ ref('int_milestone_states') }}
),

stages as (
    select * from {{ ref('stages') }}
),

final as (
    select
        spine.account_id,
        spine.scored_on,
        count(states.milestone_id) as n_milestones,
        count(states.attained_at) as n_attained,
        count(case when states.attained_at is null and not states.is_optional then 1 end) as n_required_open,
        min(case when states.kind = 'first_value' then states.attained_at end) as first_value_at,
        greatest(
            min(spine.started_date), coalesce(max(cast(states.attained_at as date)), min(spine.started_date))
        ) as last_progress_on,
        min_by(
            case when states.attained_at is null and not states.is_optional then states.milestone_id end,
            case when states.attained_at is null and not states.is_optional then states.sequence end
        ) as next_milestone_id,
        coalesce(max(case when states.attained_at is not null then stages.sequence end), 1) as stage_sequence
    from spine
    left join states on spine.account_id = states.account_id and spine.scored_on = states.scored_on
    left join stages on states.milestone_id = stages.unlock_milestone_id
    group by spine.account_id, spine.scored_on
)

select * from final

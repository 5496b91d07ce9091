-- Milestones of each account as known on each scored day: when attained, or not yet.
-- Grain: one row per account_id, scored_on, milestone_id and version.

with spine as (
    select * from {{ ref('int_account_spine') }}
),

account_milestones as (
    select * from {{ ref('int_account_milestones') }}
    where is_latest and target_days is not null
),

history as (
    select * from {{ ref('int_milestone_history') }}
),

final as (
    select
        spine.account_id,
        spine.scored_on,
        account_milestones.milestone_id,
        account_milestones.version,
        account_milestones.sequence,
        account_milestones.kind,
        account_milestones.is_optional,
        account_milestones.segment_attribute,
        account_milestones.segment_value,
        account_milestones.target_days,
        {{ add_days('spine.started_date', 'account_milestones.target_days') }} as target_date,
        account_milestones.expected_ratio,
        spine.started_date,
        spine.tenure_days,
        history.attained_at,
        history.attained_date,
        known_before.attained_date as attained_date_before
    from spine
    inner join account_milestones
        on
            spine.account_id = account_milestones.account_id
            and spine.scored_on >= account_milestones.known_from
            and (account_milestones.known_to is null or spine.scored_on < account_milestones.known_to)
    left join history
        on
            spine.account_id = history.account_id
            and account_milestones.milestone_id = history.milestone_id
            and account_milestones.version = history.version
            and spine.scored_on >= history.known_from
            and (history.known_to is null or spine.scored_on < history.known_to)
    left join history as known_before
        on
            spine.account_id = known_before.account_id
            and account_milestones.milestone_id = known_before.milestone_id
            and account_milestones.version = known_before.version
            and {{ add_days('spine.scored_on', -7) }} >= known_before.known_from
            and (known_before.known_to is null or {{ add_days('spine.scored_on', -7) }} < known_before.known_to)
)

select * from final

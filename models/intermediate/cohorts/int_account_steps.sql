-- The milestones of each account as known today, attained or not, in every version that applies to it.
-- Grain: one row per account_id, milestone_id and version.

with account_milestones as (
    select * from {{ ref('int_account_milestones') }}
    where known_from <= {{ last_day() }} and (known_to is null or known_to > {{ last_day() }})
),

accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

history as (
    select * from {{ ref('int_milestone_history') }}
    where known_from <= {{ last_day() }} and (known_to is null or known_to > {{ last_day() }})
),

final as (
    select
        account_milestones.account_id,
        account_milestones.milestone_id,
        account_milestones.version,
        account_milestones.is_latest,
        account_milestones.sequence,
        account_milestones.kind,
        account_milestones.is_optional,
        account_milestones.segment_attribute,
        account_milestones.segment_value,
        accounts.started_at,
        accounts.started_date,
        account_milestones.target_days,
        {{ add_days('accounts.started_date', 'account_milestones.target_days') }} as target_date,
        history.attained_at,
        history.attained_date,
        history.known_from,
        history.known_to,
        coalesce(accounts.gone_since, {{ last_day() }}) as observed_until
    from account_milestones
    inner join accounts on account_milestones.account_id = accounts.account_id
    left join history
        on
            account_milestones.account_id = history.account_id
            and account_milestones.milestone_id = history.milestone_id
            and account_milestones.version = history.version
)

select * from final

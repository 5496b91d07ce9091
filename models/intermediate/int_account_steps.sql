-- The steps of each account's journey as known today: the latest definition that applies to it, attained or not.
-- Grain: one row per account_id and milestone_id.

with account_milestones as (
    select * from {{ ref('int_account_milestones') }}
    where is_latest and target_days is not null
),

accounts as (
    select * from {{ ref('int_account_ends') }}
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
        account_milestones.sequence,
        account_milestones.kind,
        account_milestones.started_date,
        account_milestones.target_days,
        history.attained_at,
        history.attained_date
    from account_milestones
    inner join accounts on account_milestones.account_id = accounts.account_id
    left join history
        on
            account_milestones.account_id = history.account_id
            and account_milestones.milestone_id = history.milestone_id
            and account_milestones.version = history.version
)

select * from final

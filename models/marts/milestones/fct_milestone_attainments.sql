-- Which milestones each account reached, when, and which it has not: unattained rows are kept.
-- Grain: one row per account_id, milestone_id and version.

with account_milestones as (
    select * from {{ ref('int_account_milestones') }}
),

history as (
    select * from {{ ref('int_milestone_history') }}
    where known_from <= {{ last_day() }} and known_to is null
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

observed as (
    select
        account_id,
        least(coalesce(ended_on, {{ last_day() }}), {{ last_day() }}) as observed_until
    from accounts
),

final as (
    select
        account_milestones.account_id,
        account_milestones.milestone_id,
        account_milestones.version,
        account_milestones.segment_attribute,
        account_milestones.segment_value,
        account_milestones.started_at,
        account_milestones.target_days,
        account_milestones.target_date,
        history.attained_at,
        history.known_from,
        history.known_to,
        {{ days_to('account_milestones.started_date', 'history.attained_date') }} as days_to_attain,
        case
            when account_milestones.target_days is null then 'not_observable'
            when history.attained_date <= account_milestones.target_date then 'on_time'
            when history.attained_date is not null then 'late'
            when observed.observed_until < account_milestones.started_date then 'not_observable'
            when observed.observed_until <= account_milestones.target_date then 'open'
            else 'overdue'
        end as status,
        observed.observed_until
    from account_milestones
    inner join observed on account_milestones.account_id = observed.account_id
    left join history
        on
            account_milestones.account_id = history.account_id
            and account_milestones.milestone_id = history.milestone_id
            and account_milestones.version = history.version
)

select * from final

-- Rows that could count towards a milestone: use of its action by accounts touched in this build.
-- Grain: one row per account_id, milestone_id, version, user_id, event_date and known_on.

with milestones as (
    select * from {{ ref('milestones') }}
),

accounts as (
    select * from {{ ref('int_account_starts') }}
),

action_days as (
    select
        account_id,
        user_id,
        action,
        event_date,
        known_on,
        sum(n) as n
    from {{ ref('int_action_days') }}
    where known_on <= {{ last_day() }}
    group by account_id, user_id, action, event_date, known_on
),

touched as (
    select distinct
        action_days.account_id,
        milestones.milestone_id,
        milestones.version
    from action_days
    inner join milestones on coalesce(milestones.action, action_days.action) = action_days.action
    where action_days.known_on >= {{ first_day() }}
),

final as (
    select
        touched.account_id,
        touched.milestone_id,
        touched.version,
        action_days.user_id,
        action_days.event_date,
        action_days.known_on,
        sum(action_days.n) as n
    from touched
    inner join milestones
        on touched.milestone_id = milestones.milestone_id and touched.version = milestones.version
    inner join accounts on touched.account_id = accounts.account_id
    inner join action_days
        on
            touched.account_id = action_days.account_id
            and coalesce(milestones.action, action_days.action) = action_days.action
            and accounts.signed_up_date <= action_days.event_date
    where
        accounts.started_date >= milestones.valid_from
        and (milestones.valid_to is null or accounts.started_date <= milestones.valid_to)
    group by
        touched.account_id,
        touched.milestone_id,
        touched.version,
        action_days.user_id,
        action_days.event_date,
        action_days.known_on
)

select * from final

-- What each account and task contributes to the measures that have quarterly targets.
-- Grain: one row per quarter, metric and case_id.

{% set quarter = "cast(" ~ dbt.date_trunc('quarter', '%s') ~ " as date)" %}

with sundays as (
    select
        *,
        {{ quarter % 'scored_on' }} as quarter,
        max(scored_on) over (partition by {{ quarter % 'scored_on' }}) as last_scored_on
    from {{ ref('int_sunday_scores') }}
    where is_published and scored_on <= {{ last_day() }}
),

-- the end of the quarter, or today
standing as (
    select * from sundays
    where scored_on = last_scored_on and band <> 'unknown'
),

ends as (
    select * from {{ ref('int_account_follow_up') }}
),

history as (
    select * from {{ ref('int_milestone_history') }}
    where known_from <= {{ last_day() }} and (known_to is null or known_to > {{ last_day() }})
),

-- also of accounts that have left since; whoever left before was not late
milestones as (
    select
        account_milestones.account_id,
        {{ add_days('ends.started_date', 'account_milestones.target_days') }} as target_date,
        history.attained_date
    from {{ ref('int_account_milestones') }} as account_milestones
    inner join ends on account_milestones.account_id = ends.account_id
    left join history
        on {{ same_keys('account_milestones', 'history', ['account_id', 'milestone_id', 'version']) }}
    where
        account_milestones.kind = 'first_value' and account_milestones.is_latest
        and account_milestones.known_from <= {{ last_day() }}
        and (account_milestones.known_to is null or account_milestones.known_to > {{ last_day() }})
        and {{ add_days('ends.started_date', 'account_milestones.target_days') }} <= {{ last_day() }}
        and coalesce(ends.ended_on > {{ add_days('ends.started_date', 'account_milestones.target_days') }}, true)
),

quarters as (
    select distinct quarter from sundays
),

tasks as (
    select * from {{ ref('int_task_states') }}
    where was_shown and status in ('done', 'declined', 'expired', 'account_left')
),

final as (
    select quarter, 'mean_score' as metric, account_id as case_id, account_id, cast(score as decimal(18, 4)) as value
    from standing
    union all
    select
        quarter,
        'at_risk_ratio' as metric,
        account_id as case_id,
        account_id,
        cast(case when {{ is_at_risk('band') }} then 1 else 0 end as decimal(18, 4)) as value
    from standing
    union all
    -- those whose target fell into the quarter
    select
        {{ quarter % 'target_date' }} as quarter,
        'first_value_on_time_ratio' as metric,
        account_id as case_id,
        account_id,
        cast(case when attained_date <= target_date then 1 else 0 end as decimal(18, 4)) as value
    from milestones
    union all
    -- of those who were there when it began
    select
        quarters.quarter,
        'churned_ratio' as metric,
        ends.account_id as case_id,
        ends.account_id,
        cast(
            case when ends.has_churned and {{ quarter % 'ends.ended_on' }} = quarters.quarter then 1 else 0 end
            as decimal(18, 4)
        ) as value
    from ends
    inner join quarters
        on ends.started_date < quarters.quarter and (ends.ended_on is null or ends.ended_on >= quarters.quarter)
    union all
    select
        {{ quarter % 'closed_on' }} as quarter,
        'closure_ratio' as metric,
        task_id as case_id,
        account_id,
        cast(case when status = 'done' then 1 else 0 end as decimal(18, 4)) as value
    from tasks
)

select * from final

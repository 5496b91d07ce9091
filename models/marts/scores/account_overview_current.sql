-- Everything that a list shows of an account today: score, band, stage, weakest category, next task, owner, contract.
-- Grain: one row per account_id.

{{ config(materialized='view') }}

with scores as (
    select * from {{ ref('account_scores_current') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

bands as (
    select * from {{ ref('dim_bands') }}
),

journeys as (
    select * from {{ ref('onboarding_journeys_current') }}
),

components as (
    select * from {{ ref('fct_score_components') }}
),

csms as (
    select * from {{ ref('dim_csms') }}
),

-- in the version of the milestone that applies to the account
next_milestones as (
    select
        attainments.account_id,
        attainments.milestone_id,
        milestones.name
    from {{ ref('fct_milestone_attainments') }} as attainments
    inner join {{ ref('dim_milestones') }} as milestones
        on attainments.milestone_id = milestones.milestone_id and attainments.version = milestones.version
    where attainments.is_latest
),

-- the category that costs most: the points that its metrics lack, by their weight
weakest_categories as (
    select
        components.account_id,
        components.category,
        row_number() over (
            partition by components.account_id
            order by round(sum((100.0 - components.points) * components.weight), 6) desc, components.category asc
        ) as position
    from components
    inner join scores on {{ same_keys('components', 'scores', ['account_id', 'scored_on', 'rubric_version']) }}
    group by components.account_id, components.category
),

next_tasks as (
    select
        plays.*,
        row_number() over (
            partition by plays.account_id order by plays.is_blocker desc, plays.priority_value desc, plays.task_id asc
        ) as position
    from {{ ref('fct_recommended_plays') }} as plays
    inner join scores on plays.account_id = scores.account_id and plays.scored_on = scores.scored_on
),

final as (
    select
        scores.*,
        bands.band_rank,
        accounts.account_name,
        accounts.mrr_unknown_reason,
        accounts.original_mrr,
        accounts.original_currency,
        accounts.started_at,
        accounts.plan_tier,
        accounts.industry,
        accounts.company_size,
        accounts.region,
        accounts.purchase_channel,
        accounts.onboarding_mode,
        accounts.renewal_date,
        coalesce(csms.name, scores.csm_id) as csm_name,
        journeys.stage,
        journeys.diagnosis,
        journeys.diagnosis_statement,
        journeys.n_active_days_28d,
        journeys.n_product_reports_28d,
        journeys.n_process_reports_28d,
        journeys.is_stalled,
        journeys.stalled_on,
        journeys.is_complete,
        journeys.n_attained,
        journeys.n_milestones,
        journeys.next_milestone_id,
        next_milestones.name as next_milestone,
        journeys.first_value_at,
        journeys.time_to_first_value_days,
        journeys.blocker_theme,
        journeys.blocked_since,
        journeys.assistance_until,
        weakest_categories.category as weakest_category,
        next_tasks.task_id as next_task_id,
        next_tasks.task as next_task,
        next_tasks.owner_id as next_owner_id,
        coalesce(owners.name, next_tasks.owner_id) as next_owner_name,
        next_tasks.due_date as next_due_date
    from scores
    inner join accounts on scores.account_id = accounts.account_id
    left join bands on scores.rubric_version = bands.rubric_version and scores.band = bands.band
    left join csms on scores.csm_id = csms.csm_id
    left join journeys on scores.account_id = journeys.account_id
    left join next_milestones
        on scores.account_id = next_milestones.account_id and journeys.next_milestone_id = next_milestones.milestone_id
    left join weakest_categories
        on scores.account_id = weakest_categories.account_id and weakest_categories.position = 1
    left join next_tasks on scores.account_id = next_tasks.account_id and next_tasks.position = 1
    left join csms as owners on next_tasks.owner_id = owners.csm_id
)

select * from final

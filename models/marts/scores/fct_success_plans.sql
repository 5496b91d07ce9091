-- Success plan of each live account: milestones ahead and open tasks, with owner, due date and deliverable.
-- Grain: one row per account_id, kind and step_id.

with milestones as (
    select * from {{ ref('int_milestone_states') }}
    where scored_on = {{ last_day() }} and attained_at is null
),

definitions as (
    select * from {{ ref('milestones') }}
),

tasks as (
    select * from {{ ref('int_worklists') }}
),

plays as (
    select * from {{ ref('plays') }}
),

scores as (
    select * from {{ ref('int_account_score_days') }}
    where is_published and scored_on = {{ last_day() }}
),

owners as (
    select * from {{ ref('int_role_owners') }}
),

people as (
    select * from {{ ref('csms') }}
),

steps as (
    select
        milestones.account_id,
        'milestone' as kind,
        milestones.milestone_id as step_id,
        definitions.name as step,
        coalesce(owners.owner_id, definitions.owner_role) as owner_id,
        milestones.target_date as due_date,
        definitions.success_statement as deliverable,
        case
            when milestones.is_optional then 'optional'
            when milestones.target_date < {{ last_day() }} then 'overdue'
            else 'open'
        end as status
    from milestones
    inner join scores on milestones.account_id = scores.account_id
    inner join definitions
        on milestones.milestone_id = definitions.milestone_id and milestones.version = definitions.version
    left join owners
        on milestones.account_id = owners.account_id and definitions.owner_role = owners.role
    union all
    select
        tasks.account_id,
        'task' as kind,
        tasks.task_id as step_id,
        plays.task as step,
        tasks.owner_id,
        tasks.due_date,
        plays.deliverable,
        tasks.status
    from tasks
    inner join plays on tasks.play_id = plays.play_id
),

final as (
    select
        steps.*,
        coalesce(people.name, steps.owner_id) as owner_name,
        cast(row_number() over (
            partition by steps.account_id order by steps.due_date, steps.kind, steps.step_id
        ) as integer) as step_number
    from steps
    left join people on steps.owner_id = people.csm_id
)

select * from final

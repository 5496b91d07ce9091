-- Unattained milestones are kept: each account has one row for every milestone version that applies to it.
{{ config(meta={'dagster': {'ref': {'name': 'fct_milestone_attainments'}}}) }}

select
    accounts.account_id,
    milestones.milestone_id
from {{ ref('dim_accounts') }} as accounts
inner join {{ ref('dim_milestones') }} as milestones
    on
        milestones.is_step
        and cast(accounts.started_at as date) >= milestones.valid_from
        and (milestones.valid_to is null or cast(accounts.started_at as date) <= milestones.valid_to)
left join {{ ref('fct_milestone_attainments') }} as attainments
    on
        accounts.account_id = attainments.account_id
        and milestones.milestone_id = attainments.milestone_id
        and milestones.version = attainments.version
where attainments.account_id is null

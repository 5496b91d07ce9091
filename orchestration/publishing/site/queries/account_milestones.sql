-- Milestones of every scored account as they stand, in order.
select
    attainments.account_id, attainments.milestone_id, attainments.version, milestones.sequence, milestones.name,
    milestones.success_statement, milestones.owner_role, attainments.target_date, attainments.attained_at,
    attainments.days_to_attain, attainments.status
from milestones.fct_milestone_attainments as attainments
inner join scores.account_scores_current using (account_id)
inner join milestones.dim_milestones as milestones using (milestone_id, version)
where attainments.known_to is null
order by attainments.account_id, milestones.sequence, attainments.version desc

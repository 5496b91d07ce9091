-- Everything that lists show of an account today.
with worst_tasks as (
    select account_id, min_by(struct_pack(task, owner_id, due_date), rank_in_worklist) as next_task
    from scores.fct_recommended_plays
    where scored_on = (select max(scored_on) from scores.account_scores_current)
    group by account_id
),

weakest as (
    select account_id, min_by(category, struct_pack(points, category)) as category
    from (
        select account_id, category, sum(points * weight) / sum(weight) as points
        from scores.fct_score_components
        inner join scores.account_scores_current using (account_id, scored_on, rubric_version)
        group by account_id, category
    )
    group by account_id
)

select
    scores.*,
    accounts.account_name,
    accounts.started_at,
    accounts.plan_tier,
    accounts.industry,
    accounts.company_size,
    accounts.region,
    accounts.purchase_channel,
    accounts.onboarding_mode,
    accounts.renewal_date,
    coalesce(csms.name, scores.csm_id) as csm,
    bands.band_rank,
    journeys.stage,
    journeys.diagnosis,
    journeys.is_stalled,
    journeys.stalled_on,
    journeys.is_complete,
    journeys.n_attained,
    journeys.n_milestones,
    journeys.next_milestone_id,
    journeys.first_value_at,
    journeys.time_to_first_value_days,
    journeys.blocker_theme,
    journeys.blocked_since,
    journeys.assistance_until,
    weakest.category as weakest_category,
    worst_tasks.next_task.task as next_task,
    worst_tasks.next_task.due_date as next_due_date,
    coalesce(owners.name, worst_tasks.next_task.owner_id) as next_owner
from scores.account_scores_current as scores
inner join core.dim_accounts as accounts using (account_id)
inner join core.dim_bands as bands using (rubric_version, band)
left join milestones.onboarding_journeys_current as journeys using (account_id)
left join weakest using (account_id)
left join worst_tasks using (account_id)
left join core.dim_csms as csms on scores.csm_id = csms.csm_id
left join core.dim_csms as owners on owners.csm_id = worst_tasks.next_task.owner_id
order by bands.band_rank, scores.mrr_at_risk desc, scores.score, scores.account_id

-- Why an account has the score it has today: each metric's part, in points and in words.
select
    components.account_id,
    accounts.account_name,
    components.scored_on,
    components.metric_id,
    metrics.name as metric,
    components.category,
    components.raw_value,
    components.benchmark,
    components.points,
    components.effective_weight,
    components.contribution,
    rationales.effect,
    rationales.rationale,
    accounts.csm_id
from scores.fct_score_components as components
inner join scores.account_scores_current as scores
    on
        components.account_id = scores.account_id
        and components.scored_on = scores.scored_on
        and components.rubric_version = scores.rubric_version
inner join core.dim_accounts as accounts on components.account_id = accounts.account_id
left join core.dim_metrics as metrics on components.metric_id = metrics.metric_id
left join scores.fct_score_rationales as rationales
    on
        components.account_id = rationales.account_id
        and components.scored_on = rationales.scored_on
        and components.rubric_version = rationales.rubric_version
        and components.metric_id = rationales.metric_id

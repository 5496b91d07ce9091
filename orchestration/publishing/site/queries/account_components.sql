-- What makes today's scores: the parts that add up, with their sentence.
select
    components.account_id, components.scored_on, components.rubric_version, components.metric_id, components.category,
    components.points, components.effective_weight, components.contribution, components.raw_value, components.benchmark,
    rationales.effect, rationales.rationale
from scores.fct_score_components as components
inner join scores.account_scores_current using (account_id, scored_on, rubric_version)
left join scores.fct_score_rationales as rationales using (account_id, scored_on, rubric_version, metric_id)
order by components.account_id, components.category, components.metric_id

-- Every score is the sum of its parts, on every row, to the last decimal.
{{ config(meta={'dagster': {'ref': {'name': 'fct_score_components'}}}) }}

with parts as (
    select
        account_id,
        scored_on,
        rubric_version,
        sum(contribution) as contributions
    from {{ ref('fct_score_components') }}
    group by account_id, scored_on, rubric_version
)

select
    scores.account_id,
    scores.scored_on,
    scores.score,
    parts.contributions
from {{ ref('fct_account_scores') }} as scores
full outer join parts
    on
        scores.account_id = parts.account_id
        and scores.scored_on = parts.scored_on
        and scores.rubric_version = parts.rubric_version
where coalesce(scores.score, -1) <> coalesce(parts.contributions, -1)

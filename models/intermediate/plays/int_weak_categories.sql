-- Categories that call for a play and whose metrics alone would put an account into the lowest band.
-- Grain: one row per account_id, scored_on and category.

with contributions as (
    select * from {{ ref('int_score_contributions') }}
    where has_evidence
),

scores as (
    select * from {{ ref('int_account_score_days') }}
    where is_published and scored_on between {{ first_day() }} and {{ last_day() }}
),

metrics as (
    select * from {{ ref('metrics') }}
    where
        category in (
            select triggers.value from {{ ref('play_triggers') }} as triggers
            where triggers.kind = 'category'
        )
),

edges as (
    select
        rubric_version,
        min(score_from) as score_from
    from {{ ref('bands') }}
    where band_rank > 1
    group by rubric_version
),

final as (
    select
        contributions.account_id,
        contributions.scored_on,
        metrics.category,
        sum(contributions.weight * contributions.points) / sum(contributions.weight) as points
    from contributions
    inner join scores
        on {{ same_keys('contributions', 'scores', ['account_id', 'scored_on', 'rubric_version']) }}
    inner join metrics on contributions.metric_id = metrics.metric_id
    inner join edges on contributions.rubric_version = edges.rubric_version
    group by contributions.account_id, contributions.scored_on, metrics.category
    having sum(contributions.weight * contributions.points) / sum(contributions.weight) < min(edges.score_from)
)

select * from final

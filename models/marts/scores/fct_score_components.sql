-- Why a score is what it is: the value of each metric and the points it contributes.
-- Grain: one row per account_id, scored_on, rubric_version and metric_id.

{{ config(materialized='incremental', partition_by='scored_on') }}

with contributions as (
    select * from {{ ref('int_score_contributions') }}
    where has_evidence
),

metrics as (
    select * from {{ ref('metrics') }}
),

final as (
    select
        contributions.account_id,
        contributions.scored_on,
        contributions.rubric_version,
        contributions.metric_id,
        metrics.category,
        contributions.raw_value,
        contributions.n_evidence,
        contributions.reliability_ratio,
        contributions.estimate,
        contributions.benchmark,
        contributions.benchmark_kind,
        contributions.n_peers,
        contributions.benchmark_points,
        contributions.points,
        contributions.weight,
        contributions.effective_weight,
        contributions.contribution
    from contributions
    inner join metrics on contributions.metric_id = metrics.metric_id
)

select * from final

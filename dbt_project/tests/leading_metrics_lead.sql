-- Warns: a metric that is called leading and does not tell who leaves, in the case that the rubric names first.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_metric_validation'}}}) }}

select
    metric_id,
    landmark_day,
    horizon_days,
    lead_days,
    verdict,
    auc,
    auc_low,
    auc_high,
    n_churned
from {{ ref('fct_metric_validation') }}
where indicator = 'leading' and is_primary and verdict in ('does_not_lead', 'points_the_wrong_way')

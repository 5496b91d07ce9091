-- A milestone metric names its milestone, a ratio its two metrics, every other one its source and window.
{{ config(meta={'dagster': {'ref': {'name': 'metrics'}}}) }}

select
    metric_id,
    aggregation
from {{ ref('metrics') }}
where
    case aggregation
        when 'days_to_milestone' then milestone_id is null
        when 'ratio' then numerator_metric_id is null or denominator_metric_id is null
        else source is null or window_days is null or window_days not between 1 and 400
    end

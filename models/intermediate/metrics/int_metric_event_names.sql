-- Which events a metric counts, by name: its filter is evaluated once per name, not once per row.
-- Grain: one row per metric_id, event_name and product_line.

with metrics as (
    select * from {{ ref('metrics') }}
    where source = 'events'
),

actions as (
    select * from {{ ref('int_event_name_actions') }}
),

final as (
    select
        metrics.metric_id,
        metrics.aggregation,
        metrics.window_days,
        cast(metrics.half_life_days as double) as half_life_days,
        actions.event_name,
        actions.product_line
    from actions
    inner join metrics on {{ matches_filter('metrics', 'actions', ['action', 'kind', 'product_line']) }}
)

select * from final

-- Windows of metrics that count days or people once, with the metric of the widest window over the same rows.
-- Grain: one row per metric_id.

with final as (
    select
        metric_id,
        window_days,
        cast(half_life_days as double) as half_life_days,
        -- metrics that look at the same rows share the days and people found in those of the widest window
        first_value(metric_id) over (
            partition by source, aggregation = 'users', coalesce(filter_column, ''), coalesce(filter_value, '')
            order by window_days desc, metric_id asc
        ) as widest_metric_id
    from {{ ref('metrics') }}
    where aggregation in ('active_days', 'recency', 'users')
)

select * from final

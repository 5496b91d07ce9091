-- Evidence: how many days a metric could observe an account by each scored day, recent days weighing more.
-- Grain: one row per account_id, scored_on and metric_id.

with spine as (
    select * from {{ ref('int_account_spine') }}
),

metrics as (
    select * from {{ ref('metrics') }}
    where source is not null and aggregation <> 'days_to_milestone'
),

-- a metric is missing, not zero, before its source was first received; without rows there is no such day
source_starts as (
    select 'events' as source, min(known_on) as observed_from from {{ ref('int_event_days') }}
    union all
    select 'tickets' as source, min(known_on) as observed_from from {{ ref('stg_tickets') }}
    union all
    select 'survey_responses' as source, min(known_on) as observed_from from {{ ref('stg_survey_responses') }}
),

days as (
    select
        spine.account_id,
        spine.scored_on,
        metrics.metric_id,
        metrics.aggregation,
        metrics.window_days,
        cast(metrics.half_life_days as double) as half_life_days,
        least(spine.tenure_days + 1, metrics.window_days) as n_days
    from spine
    cross join metrics
    inner join source_starts
        on
            metrics.source = source_starts.source
            and source_starts.observed_from <= spine.scored_on
),

final as (
    select
        account_id,
        scored_on,
        metric_id,
        aggregation,
        window_days,
        half_life_days,
        n_days,
        -- the sum of 2^(-age / half-life) over ages 0 to n_days - 1
        case
            when half_life_days is null then cast(n_days as double)
            else (1.0 - power(2.0, -1.0 * n_days / half_life_days)) / (1.0 - power(2.0, -1.0 / half_life_days))
        end as weighted_days
    from days
)

select * from final

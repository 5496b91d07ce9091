-- Evidence: how many days a metric could observe an account by each scored day, and what they are worth.
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

-- sums of the weights 2^(-age / half-life) over ages 0 to n_days - 1, and of their squares
weighted as (
    select
        *,
        {{ sum_of_weights('n_days', 'half_life_days') }} as weighted_days,
        {{ sum_of_weights('n_days', 'half_life_days', power=2) }} as squared_days
    from days
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
        weighted_days,
        -- Kish 1965: as many unweighted days give a mean that is as sure
        weighted_days * weighted_days / squared_days as effective_days
    from weighted
)

select * from final

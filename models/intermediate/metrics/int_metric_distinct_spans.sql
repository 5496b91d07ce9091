-- Days and people that count once for a metric, with the scored days between which they count.
-- Grain: one row per metric_id, account_id, observed_on, enters_on and person.

{{ config(materialized='view') }}

with metrics as (
    select * from {{ ref('int_metric_windows') }}
),

widest as (
    select * from metrics
    where metric_id = widest_metric_id
),

-- a day counts once as active, however late its other rows arrive: with the row that was known first
active_days as (
    select
        sightings.metric_id,
        sightings.account_id,
        sightings.observed_on,
        min(sightings.enters_on) as enters_on
    from {{ ref('int_metric_observations') }} as sightings
    inner join widest on sightings.metric_id = widest.metric_id
    where sightings.aggregation in ('active_days', 'recency')
    group by sightings.metric_id, sightings.account_id, sightings.observed_on
),

-- a person counts once, at their latest: what was seen of them before leaves when they are seen again
people as (
    select * from {{ ref('int_metric_people') }}
),

latest_of_people as (
    select
        metric_id,
        account_id,
        max(observed_on) over sightings_so_far as observed_on,
        enters_on,
        lead(enters_on) over sightings_so_far as next_enters_on,
        is_end
    from people
    window sightings_so_far as (partition by metric_id, account_id, user_id order by enters_on)
),

counted_once as (
    select
        metric_id,
        account_id,
        observed_on,
        enters_on,
        cast(null as date) as next_enters_on
    from active_days
    union all
    select
        metric_id,
        account_id,
        observed_on,
        enters_on,
        next_enters_on
    from latest_of_people
    where is_end = 0
),

final as (
    select
        metrics.metric_id,
        metrics.window_days,
        metrics.half_life_days,
        counted_once.account_id,
        counted_once.observed_on,
        counted_once.enters_on,
        counted_once.next_enters_on
    from counted_once
    inner join metrics
        on
            counted_once.metric_id = metrics.widest_metric_id
            and counted_once.observed_on > {{ add_days(first_day(), '-1 * metrics.window_days') }}
)

select * from final

-- From which scored day an observation counts for a metric, and from which it no longer does, summed per such span.
-- Grain: one row per metric_id, account_id, enters_on and leaves_on.

-- A weight 2^(-age / half-life) is a product of a part that only knows the observation and one that only knows the
-- scored day. So sums over a moving window become running sums of what enters minus what leaves, and no observation
-- has to meet every day on which it counts. Weights here are those on the last day of the build.
{% set weight = half_life_weight(days_between('observed_on', last_day()), 'half_life_days') %}

with metrics as (
    select
        metric_id,
        window_days,
        cast(half_life_days as double) as half_life_days
    from {{ ref('metrics') }}
),

scoring_days as (
    select * from {{ ref('int_scoring_days') }}
),

-- a day counts once as active, however late its other rows arrive: with the row that was known first
active_days as (
    select
        metric_id,
        account_id,
        observed_on,
        min(enters_on) as enters_on
    from {{ ref('int_metric_sightings') }}
    where aggregation in ('active_days', 'recency')
    group by metric_id, account_id, observed_on
),

-- a person counts once, at their latest: what was seen of them before leaves when they are seen again
people as (
    select
        metric_id,
        account_id,
        user_id,
        enters_on,
        max(observed_on) as observed_on
    from {{ ref('int_metric_sightings') }}
    where aggregation = 'users' and user_id is not null
    group by metric_id, account_id, user_id, enters_on
),

latest_of_people as (
    select
        metric_id,
        account_id,
        max(observed_on) over sightings_so_far as observed_on,
        enters_on,
        lead(enters_on) over sightings_so_far as next_enters_on
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
    select * from latest_of_people
),

placed as (
    select
        sightings.metric_id,
        sightings.account_id,
        sightings.observed_on,
        sightings.half_life_days,
        sightings.n,
        sightings.value,
        sightings.enters_on,
        scoring_days.scored_on as leaves_on
    from {{ ref('int_metric_sightings') }} as sightings
    left join scoring_days
        on {{ add_days('sightings.observed_on', 'sightings.window_days') }} = scoring_days.day_date
    where sightings.aggregation in ('count', 'mean')
    union all
    select
        counted_once.metric_id,
        counted_once.account_id,
        counted_once.observed_on,
        metrics.half_life_days,
        1 as n,
        cast(null as double) as value,
        counted_once.enters_on,
        least(scoring_days.scored_on, counted_once.next_enters_on) as leaves_on
    from counted_once
    inner join metrics on counted_once.metric_id = metrics.metric_id
    left join scoring_days
        on {{ add_days('counted_once.observed_on', 'metrics.window_days') }} = scoring_days.day_date
),

final as (
    select
        metric_id,
        account_id,
        enters_on,
        leaves_on,
        count(*) as n_rows,
        sum(n * {{ weight }}) as weighted_n,
        sum(value * {{ weight }}) as weighted_value,
        max(observed_on) as latest_on
    from placed
    where leaves_on is null or leaves_on > enters_on
    group by metric_id, account_id, enters_on, leaves_on
)

select * from final

-- From which scored day an observation counts for a metric and until when, summed per span.
-- Grain: one row per metric_id, account_id, enters_on, leaves_on and is_replaced.

-- A weight 2^(-age / half-life) is a product of a part that only knows the observation and one that only knows the
-- scored day. So sums over a moving window become running sums of what enters minus what leaves, and no observation
-- has to meet every day on which it counts. Weights here are those on the last day of the build.
{% set weight = half_life_weight(days_between('observed_on', last_day()), 'half_life_days') %}

with scoring_days as (
    select * from {{ ref('int_first_scored_days') }}
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
        {{ add_days('sightings.observed_on', 'sightings.window_days') }} as over_on,
        least(scoring_days.scored_on, sightings.replaced_on) as leaves_on,
        sightings.replaced_on is not null
        and (scoring_days.scored_on is null or sightings.replaced_on < scoring_days.scored_on) as is_replaced
    from {{ ref('int_metric_observations') }} as sightings
    left join scoring_days
        on {{ add_days('sightings.observed_on', 'sightings.window_days') }} = scoring_days.day_date
    where sightings.aggregation in ('count', 'mean')
    union all
    select
        counted_once.metric_id,
        counted_once.account_id,
        counted_once.observed_on,
        counted_once.half_life_days,
        1 as n,
        cast(null as double) as value,
        counted_once.enters_on,
        {{ add_days('counted_once.observed_on', 'counted_once.window_days') }} as over_on,
        least(scoring_days.scored_on, counted_once.next_enters_on) as leaves_on,
        counted_once.next_enters_on is not null
        and (scoring_days.scored_on is null or counted_once.next_enters_on < scoring_days.scored_on) as is_replaced
    from {{ ref('int_metric_distinct_spans') }} as counted_once
    left join scoring_days
        on {{ add_days('counted_once.observed_on', 'counted_once.window_days') }} = scoring_days.day_date
),

final as (
    select
        metric_id,
        account_id,
        enters_on,
        leaves_on,
        is_replaced,
        count(*) as n_rows,
        sum(n * {{ weight }}) as weighted_n,
        sum(value * {{ weight }}) as weighted_value,
        sum(value * value * {{ weight }}) as weighted_square,
        max(observed_on) as latest_on
    from placed
    -- what is so old that its window was over before it was known never counts
    where over_on > enters_on and (leaves_on is null or leaves_on > enters_on)
    group by metric_id, account_id, enters_on, leaves_on, is_replaced
)

select * from final

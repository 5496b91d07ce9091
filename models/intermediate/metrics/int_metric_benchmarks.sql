-- Benchmark of a metric by week of tenure, as known on each scored day, and how much evidence it is worth.
-- Grain: one row per scored_on, segment_attribute, segment_value, metric_id and tenure_week.

-- From the year of Sundays that ended a week ago: an account passes each week of its tenure once, so that none is ever
-- its own benchmark. Its weight: Bühlmann's credibility (1967) by the method of moments. Values differ by sampling
-- error (sampling_variance for one unit of evidence) and because accounts differ; the ratio of the two is the evidence
-- that the benchmark is worth. Chance is known where things are counted (Bernoulli days, Poisson rates per week) and
-- measured within accounts where answers are averaged.

with scored_days as (
    select * from {{ ref('int_scored_days') }}
),

sums as (
    select * from {{ ref('int_benchmark_sums') }}
    where scored_on between {{ add_days(first_day(), -371) }} and {{ last_day() }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

added_up as (
    select
        scored_days.scored_on,
        sums.segment_attribute,
        sums.segment_value,
        sums.metric_id,
        sums.tenure_week,
        cast(sum(sums.n) as bigint) as n_peers,
        sum(sums.sum_value) / sum(sums.n) as mean,
        sum(sums.sum_square) as sum_square,
        sum(sums.sum_inverse_evidence) / sum(sums.n) as inverse_evidence,
        sum(sums.squares_within) as squares_within,
        sum(sums.n_within) as n_within
    from scored_days
    inner join sums
        on
            sums.scored_on between
            {{ add_days('scored_days.scored_on', -371) }} and {{ add_days('scored_days.scored_on', -7) }}
    group by
        scored_days.scored_on, sums.segment_attribute, sums.segment_value, sums.metric_id, sums.tenure_week
),

moments as (
    select
        added_up.*,
        metrics.aggregation,
        metrics.prior_evidence,
        greatest(0.0e0, sum_square - n_peers * mean * mean) / nullif(n_peers - 1, 0) as variance,
        case metrics.aggregation
            when 'active_days' then mean * (1.0e0 - mean)
            when 'count' then 7.0e0 * mean
            when 'mean'
                then case
                    when n_within >= 20 then squares_within / n_within
                    else metrics.prior_spread * metrics.prior_spread
                end
        end as sampling_variance
    from added_up
    inner join metrics on added_up.metric_id = metrics.metric_id
),

-- of the variance of a yes or no, the part between accounts is no sampling error
spread_between as (
    select
        *,
        case aggregation
            when 'active_days'
                then (variance - sampling_variance * inverse_evidence) / nullif(1.0e0 - inverse_evidence, 0.0e0)
            else variance - sampling_variance * inverse_evidence
        end as variance_between
    from moments
),

weighed as (
    select
        *,
        case
            when variance_between > 0.0
                then greatest(prior_evidence / 10.0e0, least(prior_evidence * 10.0e0, case aggregation
                    when 'active_days' then sampling_variance / variance_between - 1.0e0
                    else sampling_variance / variance_between
                end))
            else prior_evidence * 10.0e0
        end as benchmark_evidence
    from spread_between
),

-- the spread of what is true of the accounts: what chance adds to their values is taken off
final as (
    select
        scored_on,
        segment_attribute,
        segment_value,
        metric_id,
        tenure_week,
        n_peers,
        mean as benchmark,
        sqrt(coalesce(
            sampling_variance / (benchmark_evidence + case when aggregation = 'active_days' then 1.0e0 else 0.0e0 end),
            variance
        )) as benchmark_spread,
        sampling_variance,
        benchmark_evidence
    from weighed
)

select * from final

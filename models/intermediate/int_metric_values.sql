-- Raw value and evidence of every metric with a window, for every account and scored day of this build.
-- Grain: one row per account_id, scored_on and metric_id.

{% set so_far = 'over (partition by account_id, metric_id order by scored_on)' %}

with exposures as (
    select * from {{ ref('int_metric_exposures') }}
),

spans as (
    select * from {{ ref('int_metric_spans') }}
),

changes as (
    select account_id, metric_id, enters_on as scored_on, n_rows, weighted_n, weighted_value, latest_on
    from spans
    union all
    select
        account_id, metric_id, leaves_on as scored_on,
        -1 * n_rows as n_rows,
        -1.0 * weighted_n as weighted_n,
        -1.0 * weighted_value as weighted_value,
        null as latest_on
    from spans
    where leaves_on is not null
    union all
    select account_id, metric_id, scored_on, 0 as n_rows, 0.0 as weighted_n, null as weighted_value, null as latest_on
    from exposures
),

changed as (
    select
        account_id,
        metric_id,
        scored_on,
        sum(n_rows) as n_rows,
        sum(weighted_n) as weighted_n,
        sum(weighted_value) as weighted_value,
        max(latest_on) as latest_on
    from changes
    group by account_id, metric_id, scored_on
),

-- sums of what entered minus what left: when nothing is left they are zero, not the rounding error of the difference
running as (
    select
        account_id,
        metric_id,
        scored_on,
        sum(n_rows) {{ so_far }} as n_rows,
        sum(weighted_n) {{ so_far }} as weighted_n,
        sum(weighted_value) {{ so_far }} as weighted_value,
        max(latest_on) {{ so_far }} as latest_on
    from changed
),

in_window as (
    select
        exposures.*,
        case when running.n_rows > 0 then running.latest_on end as latest_on,
        case when running.n_rows > 0 then running.weighted_value / running.weighted_n end as mean_value,
        case
            when running.n_rows > 0
                then
                    running.weighted_n
                    / {{ half_life_weight(days_between('running.scored_on', last_day()), 'exposures.half_life_days') }}
            else 0.0
        end as weighted_n
    from exposures
    inner join running
        on
            exposures.account_id = running.account_id
            and exposures.scored_on = running.scored_on
            and exposures.metric_id = running.metric_id
),

final as (
    select
        account_id,
        scored_on,
        metric_id,
        case aggregation
            when 'active_days' then weighted_n / weighted_days
            when 'count' then 7.0 * weighted_n / weighted_days
            when 'users' then weighted_n
            when 'recency'
                then cast(coalesce({{ days_between('latest_on', 'scored_on') }}, n_days) as double)
            when 'mean' then mean_value
        end as raw_value,
        case when aggregation = 'mean' then weighted_n else weighted_days end as n_evidence
    from in_window
)

select * from final

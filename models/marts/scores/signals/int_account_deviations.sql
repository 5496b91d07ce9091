-- Metrics of an account that got worse beyond its control limits, and how much its segment or the portfolio did.
-- Grain: one row per account_id, metric_id and scored_on.

-- Expected is what the portfolio moved on average, or what the account's segment did where the segment itself signals.
-- A fall is the account's own when five points of it remain; it alarms when the score, too, lost five points more in
-- four weeks than scores did on average. Either alone is an everyday thing.
{{ config(materialized='incremental', partition_by='scored_on') }}

with falls as (
    select * from {{ ref('int_metric_control_limits') }}
    where crossed <> 'none' and points_change < 0.0 and scored_on between {{ first_day() }} and {{ last_day() }}
),

segment_signals as (
    select * from {{ ref('int_segment_control_limits') }}
    where
        (segment_attribute = 'all' or crossed = 'fall')
        and scored_on between {{ first_day() }} and {{ last_day() }}
),

scores as (
    select
        account_id,
        scored_on,
        csm_id,
        mrr,
        -- a sum of decimals is the same in any order, that of floating point is not
        cast(change_28d as double) - cast(sum(change_28d) over (partition by scored_on) as double)
        / nullif(count(change_28d) over (partition by scored_on), 0) as own_score_change
    from {{ ref('fct_account_scores') }}
    where
        is_published and {{ day_of_week('scored_on') }} = 0
        and scored_on between {{ first_day() }} and {{ last_day() }}
),

groups as (
    select * from {{ ref('int_account_segments') }}
),

expectations as (
    select
        falls.account_id,
        falls.metric_id,
        falls.scored_on,
        segment_signals.segment_attribute,
        segment_signals.segment_value,
        segment_signals.crossed,
        segment_signals.mean_change,
        row_number() over (
            partition by falls.account_id, falls.metric_id, falls.scored_on
            order by
                case when segment_signals.crossed = 'fall' then 0 else 1 end,
                round(segment_signals.mean_change, 6), segment_signals.segment_attribute
        ) as precedence
    from falls
    inner join groups
        on
            falls.account_id = groups.account_id
            and falls.scored_on >= groups.known_on
            and (groups.known_until is null or falls.scored_on < groups.known_until)
    inner join segment_signals
        on
            falls.scored_on = segment_signals.scored_on
            and falls.metric_id = segment_signals.signal_id
            and groups.segment_attribute = segment_signals.segment_attribute
            and groups.segment_value = segment_signals.segment_value
),

compared as (
    select
        falls.*,
        scores.csm_id,
        scores.mrr,
        scores.own_score_change,
        coalesce(expectations.mean_change, 0.0e0) as peer_change,
        falls.points_change - coalesce(expectations.mean_change, 0.0e0) <= -5.0 + 1e-9 as is_own,
        case when expectations.crossed = 'fall' then expectations.segment_attribute end as segment_attribute,
        case when expectations.crossed = 'fall' then expectations.segment_value end as segment_value
    from falls
    inner join scores on falls.account_id = scores.account_id and falls.scored_on = scores.scored_on
    left join expectations
        on
            falls.account_id = expectations.account_id
            and falls.metric_id = expectations.metric_id
            and falls.scored_on = expectations.scored_on
            and expectations.precedence = 1
),

final as (
    select
        account_id,
        metric_id,
        scored_on,
        csm_id,
        mrr,
        raw_value,
        expected_low,
        expected_high,
        points_change,
        peer_change,
        segment_attribute,
        segment_value,
        is_own,
        own_score_change,
        is_own and coalesce(own_score_change <= -5.0 + 1e-9, false) as is_alarming,
        concat(
            {{ in_words('raw_value', 2) }},
            case when raw_value > expected_high then ' where at most ' else ' where at least ' end,
            {{ in_words('case when raw_value > expected_high then expected_high else expected_low end', 2) }},
            ' is usual',
            case when own_score_change is not null then '; the score moved ' else '' end,
            coalesce({{ in_words('own_score_change', 1) }}, ''),
            case when own_score_change is not null then ' points in four weeks, beside the others' else '' end
        ) as finding
    from compared
)

select * from final

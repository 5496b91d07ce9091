-- Whether a metric of an account left its control limits from one Sunday to the next.
-- Grain: one row per account_id, metric_id and scored_on.

-- XmR chart of moving ranges (Wheeler 1993): the value of the Sunday before, give or take 3.268 times the mean absolute
-- change of up to twelve Sundays before it, six at least. A signal is also worth five of the metric's 100 points.
{{ config(materialized='incremental', partition_by='scored_on') }}
{% set way = 'partition by account_id, metric_id order by day_number range between ' %}
{% set week = 'over (' ~ way ~ '7 preceding and 7 preceding)' %}
{% set weeks_before = 'over (' ~ way ~ '84 preceding and 7 preceding)' %}

with scores as (
    select * from {{ ref('fct_account_scores') }}
    where
        is_published and {{ day_of_week('scored_on') }} = 0
        and scored_on between {{ add_days(first_day(), -98) }} and {{ last_day() }}
),

components as (
    select
        *,
        {{ days_between("date '2000-01-01'", 'scored_on') }} as day_number
    from {{ ref('fct_score_components') }}
    where
        benchmark_kind is distinct from 'target' and {{ day_of_week('scored_on') }} = 0
        and scored_on between {{ add_days(first_day(), -98) }} and {{ last_day() }}
),

published as (
    select components.*
    from components
    inner join scores
        on
            components.account_id = scores.account_id
            and components.scored_on = scores.scored_on
            and components.rubric_version = scores.rubric_version
),

changes as (
    select
        *,
        max(raw_value) {{ week }} as centre,
        raw_value - max(raw_value) {{ week }} as change,
        points - max(points) {{ week }} as points_change
    from published
),

ranges as (
    select
        *,
        count(change) {{ weeks_before }} as n_changes,
        {{ xmr_range_factor() }} * avg(abs(change)) {{ weeks_before }} as reach
    from changes
),

final as (
    select
        account_id,
        metric_id,
        scored_on,
        rubric_version,
        raw_value,
        centre,
        centre - reach as expected_low,
        centre + reach as expected_high,
        n_changes,
        points_change,
        case
            -- engines differ in the last digit of a mean: a value on the line counts as inside, on both
            when abs(change) <= reach + 1e-9 or abs(points_change) < 5.0 - 1e-9 then 'none'
            when change > 0.0 then 'rise'
            else 'fall'
        end as crossed
    from ranges
    where n_changes >= 6 and change is not null and scored_on between {{ first_day() }} and {{ last_day() }}
)

select * from final

-- Whether the portfolio, or a segment against the others, left its control limits.
-- Grain: one row per scored_on, segment_attribute, segment_value and signal_id.

-- XmR chart (Wheeler 1993) of the mean change in points: the mean of up to twelve Sundays before, eight at least, give
-- or take 2.66 times their mean moving range (three sigma). Of a segment what it moved beyond the others counts, and
-- five sigma, since hundreds are looked at every week. A signal is also worth one of 100 points.
{{ config(materialized='incremental', partition_by='scored_on') }}
{% set way = 'partition by segment_attribute, segment_value, signal_id order by day_number range between ' %}
{% set week = 'over (' ~ way ~ '7 preceding and 7 preceding)' %}
{% set weeks_before = 'over (' ~ way ~ '84 preceding and 7 preceding)' %}

with movements as (
    select
        *,
        case
            when segment_attribute = 'all' then mean_change else mean_change - mean_change_of_others
        end as own_change,
        {{ xmr_value_factor() }} * case when segment_attribute = 'all' then 1.0e0 else 5.0e0 / 3.0e0 end as width,
        {{ days_between("date '2000-01-01'", 'scored_on') }} as day_number
    from {{ ref('int_segment_changes') }}
    where n_accounts >= 20 and scored_on between {{ add_days(first_day(), -91) }} and {{ last_day() }}
),

ranges as (
    select
        *,
        abs(own_change - max(own_change) {{ week }}) as moving_range
    from movements
),

limited as (
    select
        *,
        count(moving_range) {{ weeks_before }} as n_weeks,
        avg(own_change) {{ weeks_before }} as centre,
        width * avg(moving_range) {{ weeks_before }} as reach
    from ranges
),

final as (
    select
        scored_on,
        segment_attribute,
        segment_value,
        signal_id,
        n_accounts,
        mrr,
        mean_change,
        mean_change_of_others,
        own_change,
        centre,
        centre - reach as expected_low,
        centre + reach as expected_high,
        n_weeks,
        case
            -- engines differ in the last digit of a mean: a value on the line counts as inside, on both
            when abs(own_change - centre) <= reach + 1e-9 or abs(own_change) < 1.0 - 1e-9 then 'none'
            when own_change > centre then 'rise'
            else 'fall'
        end as crossed
    from limited
    where n_weeks >= 8 and scored_on between {{ first_day() }} and {{ last_day() }}
)

select * from final

-- Whether a score changed significantly, within a week or slowly within four: control limits of its changes.
-- Grain: one row per account_id, scored_on and rubric_version.

-- A week: XmR chart of moving ranges (Wheeler 1993), 3.268 times the mean absolute change of the twelve Sundays before,
-- of which six must be there, and 2.5 points at least. A chart of levels would give false alarms: weeks are
-- autocorrelated. Four weeks: beyond what scores of the segment that stayed in their band did in the quarter before.
{% set way = 'partition by account_id, rubric_version order by day_number range between ' %}
{% set weeks_before = 'over (' ~ way ~ '84 preceding and 7 preceding)' %}

with sundays as (
    select
        account_id,
        scored_on,
        rubric_version,
        segment_attribute,
        segment_value,
        cast(score as double) as score,
        {{ days_between("date '2000-01-01'", 'scored_on') }} as day_number
    from {{ ref('int_account_score_days') }}
    where is_sunday and scored_on between {{ add_days(first_day(), -98) }} and {{ last_day() }}
),

quantiles as (
    select * from {{ ref('int_score_change_quantiles') }}
),

changes as (
    select
        *,
        {% for days in [7, 28] %}
        score
        - max(score) over ({{ way }} {{ days }} preceding and {{ days }} preceding) as change_{{ days }}d,
        {% endfor %}
        scored_on >= {{ add_days(first_day(), -6) }} as is_of_this_build
    from sundays
),

ranges as (
    select
        *,
        count(change_7d) {{ weeks_before }} as n_changes,
        greatest(2.5e0, {{ xmr_range_factor() }} * avg(abs(change_7d)) {{ weeks_before }}) as reach
    from changes
),

judged as (
    select
        ranges.account_id,
        ranges.scored_on,
        ranges.rubric_version,
        ranges.change_7d,
        ranges.n_changes,
        case when ranges.n_changes >= 6 then ranges.reach end as control_limit,
        ranges.change_28d as sunday_change_28d,
        quantiles.change_28d_low,
        quantiles.change_28d_high,
        case when ranges.n_changes >= 6 then abs(ranges.change_7d) > ranges.reach end as is_week_significant,
        ranges.change_28d < quantiles.change_28d_low or ranges.change_28d > quantiles.change_28d_high
            as is_four_weeks_significant
    from ranges
    left join quantiles
        on
            ranges.scored_on = quantiles.scored_on
            and ranges.rubric_version = quantiles.rubric_version
            and ranges.segment_attribute = quantiles.segment_attribute
            and ranges.segment_value = quantiles.segment_value
    where ranges.is_of_this_build
),

final as (
    select
        account_id,
        scored_on,
        rubric_version,
        change_7d,
        n_changes,
        control_limit,
        sunday_change_28d,
        change_28d_low,
        change_28d_high,
        case
            when is_week_significant and is_four_weeks_significant then 'both'
            when is_week_significant then 'week'
            when is_four_weeks_significant then 'four_weeks'
            when not is_week_significant or not is_four_weeks_significant then 'none'
        end as significant_change
    from judged
)

select * from final

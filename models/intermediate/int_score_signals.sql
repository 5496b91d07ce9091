-- Whether a score changed more from one Sunday to the next than it usually does: what is noise and what is not.
-- Grain: one row per account_id, scored_on and rubric_version.

-- XmR chart of moving ranges (Wheeler 1993): 3.268 times the mean absolute change of the twelve Sundays before, of
-- which six must be there, and 1.5 points at least. A chart of levels would cry wolf: weeks resemble each other.
{% set way = 'partition by account_id, rubric_version order by day_number range between ' %}
{% set week = 'over (' ~ way ~ '7 preceding and 7 preceding)' %}
{% set weeks_before = 'over (' ~ way ~ '84 preceding and 7 preceding)' %}

with sundays as (
    select
        account_id,
        scored_on,
        rubric_version,
        cast(score as double) as score,
        {{ days_between("date '2000-01-01'", 'scored_on') }} as day_number
    from {{ ref('int_account_score_days') }}
    where is_sunday and scored_on between {{ add_days(first_day(), -98) }} and {{ last_day() }}
),

changes as (
    select
        *,
        score - max(score) {{ week }} as change_7d
    from sundays
),

ranges as (
    select
        *,
        count(change_7d) {{ weeks_before }} as n_changes,
        avg(abs(change_7d)) {{ weeks_before }} as mean_range
    from changes
),

final as (
    select
        account_id,
        scored_on,
        rubric_version,
        change_7d,
        n_changes,
        case when n_changes >= 6 then greatest(1.5e0, 3.268e0 * mean_range) end as change_limit,
        case when n_changes >= 6 then abs(change_7d) > greatest(1.5e0, 3.268e0 * mean_range) end as is_real_change
    from ranges
    where scored_on >= {{ add_days(first_day(), -6) }}
)

select * from final

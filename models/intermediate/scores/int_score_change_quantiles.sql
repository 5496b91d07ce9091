-- Quantiles of four-week changes among scores that kept their band, by segment, as known on each Sunday.
-- Grain: one row per scored_on, rubric_version, segment_attribute and segment_value.

{% set alpha = 0.005 %}
{% set min_changes = 200 %}

with sundays as (
    select * from {{ ref('int_sunday_scores') }}
    where scored_on between {{ add_days(first_day(), -126) }} and {{ last_day() }}
),

stable as (
    select
        after.scored_on,
        after.rubric_version,
        after.segment_attribute,
        after.segment_value,
        cast(after.score - before.score as double) as change_28d
    from sundays as after
    inner join sundays as before
        on
            after.account_id = before.account_id
            and after.rubric_version = before.rubric_version
            and before.scored_on = {{ add_days('after.scored_on', -28) }}
            and after.band = before.band
),

scored_sundays as (
    select distinct scored_on from sundays
    where scored_on >= {{ add_days(first_day(), -6) }}
),

final as (
    select
        scored_sundays.scored_on,
        stable.rubric_version,
        stable.segment_attribute,
        stable.segment_value,
        count(*) as n_changes,
        {{ percentile('stable.change_28d', alpha) }} as change_28d_low,
        {{ percentile('stable.change_28d', 1 - alpha) }} as change_28d_high
    from scored_sundays
    inner join stable
        on
            stable.scored_on between
            {{ add_days('scored_sundays.scored_on', -84) }} and {{ add_days('scored_sundays.scored_on', -7) }}
    group by
        scored_sundays.scored_on, stable.rubric_version, stable.segment_attribute, stable.segment_value
    having count(*) >= {{ min_changes }}
)

select * from final

-- The first scored day of this build on or after each day: from then on what happened or became known counts.
-- Grain: one row per day_date.

with days as (
    select day as day_date
    from {{ day_series(add_days(first_day(), -400), last_day()) }} as series
),

-- the Sunday before the first one is no scored day of this build, but a change since then starts there
days_with_the_sunday_before as (
    select scored_on from {{ ref('int_scored_days') }}
    union
    select {{ add_days('min(scored_on)', -7) }} as scored_on
    from {{ ref('int_scored_days') }}
    where is_sunday
    having min(scored_on) is not null
),

scored_days as (
    select
        scored_on,
        lag(scored_on) over (order by scored_on) as scored_before
    from days_with_the_sunday_before
),

final as (
    select
        days.day_date,
        scored_days.scored_on
    from days
    inner join scored_days
        on
            days.day_date <= scored_days.scored_on
            and (scored_days.scored_before is null or days.day_date > scored_days.scored_before)
)

select * from final

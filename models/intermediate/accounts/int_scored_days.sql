-- The days this build scores: its Sundays and its last day.
-- Grain: one row per scored_on.

with days as (
    select day as scored_on
    from {{ day_series(
        "(select greatest(" ~ first_day() ~ ", min(started_date)) from " ~ ref('int_account_starts') ~ ")", last_day()
    ) }} as series
),

final as (
    select
        scored_on,
        {{ day_of_week('scored_on') }} = 0 as is_sunday
    from days
    where {{ day_of_week('scored_on') }} = 0 or scored_on = {{ last_day() }}
)

select * from final

-- Days of the week count from 0 on Sunday; work is due on the next weekday.
{{ config(tags=['bridge']) }}

{{ cases_that_differ([
    [day_of_week("date '2026-06-28'"), 0],
    [day_of_week("date '2026-06-27'"), 6],
]) }}
union all
{{ cases_that_differ([
    [day_of_week(next_weekday("date '2026-06-27'")), 1],
    [day_of_week(next_weekday("date '2026-06-28'")), 1],
    [day_of_week(next_weekday("date '2026-06-26'")), 5],
]) }}

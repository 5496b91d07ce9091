-- Days to something are never negative, and unknown while it has not happened.
{{ config(tags=['bridge']) }}

{{ cases_that_differ([
    [days_to("date '2026-01-01'", "date '2026-01-05'"), 4],
    [days_to("date '2026-01-05'", "date '2026-01-01'"), 0],
    [days_to("date '2026-01-05'", 'cast(null as date)'), 'cast(null as integer)'],
]) }}

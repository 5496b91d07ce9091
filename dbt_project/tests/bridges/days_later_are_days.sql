-- Adding days gives a day, across months and years, forwards and backwards.
{{ config(tags=['bridge']) }}

{{ cases_that_differ([
    [add_days("date '2026-02-27'", 2), "date '2026-03-01'"],
    [add_days("timestamp '2026-01-01 23:59:59'", -1), "date '2025-12-31'"],
    [add_days("date '2026-01-01'", 'cast(null as integer)'), 'cast(null as date)'],
]) }}

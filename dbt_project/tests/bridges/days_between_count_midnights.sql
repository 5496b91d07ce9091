-- Days between two moments are the midnights between them, negative when they come in the other order.
{{ config(tags=['bridge']) }}

{{ cases_that_differ([
    [days_between("timestamp '2026-01-01 23:59:59'", "timestamp '2026-01-02 00:00:01'"), 1],
    [days_between("date '2026-03-01'", "date '2026-02-27'"), -2],
    [days_between("date '2026-03-01'", 'cast(null as date)'), 'cast(null as integer)'],
]) }}

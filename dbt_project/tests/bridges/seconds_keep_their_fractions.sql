-- Elapsed seconds keep microseconds, and are negative when time runs backwards.
{{ config(tags=['bridge']) }}

{{ cases_that_differ([
    [seconds_between("timestamp '2026-01-01 00:00:00'", "timestamp '2026-01-01 00:01:00.250001'"), 'cast(60.250001 as double)'],
    [seconds_between("timestamp '2026-01-01 00:00:01'", "timestamp '2026-01-01 00:00:00'"), 'cast(-1 as double)'],
    [seconds_between("timestamp '2026-01-01 00:00:01'", 'cast(null as timestamp)'), 'cast(null as double)'],
]) }}

-- A microsecond later is another time, and none later the same.
{{ config(tags=['bridge']) }}

{{ cases_that_differ([
    [microseconds_later("timestamp '2026-01-01 00:00:00'", '2'), "timestamp '2026-01-01 00:00:00.000002'"],
    [microseconds_later("timestamp '2026-01-01 23:59:59.5'", '0'), "timestamp '2026-01-01 23:59:59.5'"],
    [microseconds_later('cast(null as timestamp)', '1'), 'cast(null as timestamp)'],
]) }}

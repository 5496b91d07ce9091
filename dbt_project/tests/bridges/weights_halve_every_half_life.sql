-- A weight is 1 today, a half after one half-life, and always 1 without a half-life.
{{ config(tags=['bridge']) }}

{{ cases_that_differ([
    [half_life_weight(0, 'cast(7 as double)'), 'cast(1 as double)'],
    [half_life_weight(7, 'cast(7 as double)'), 'cast(0.5 as double)'],
    [half_life_weight(300, 'cast(null as double)'), 'cast(1 as double)'],
]) }}

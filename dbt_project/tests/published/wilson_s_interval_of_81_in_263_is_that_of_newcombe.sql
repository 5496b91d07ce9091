-- Newcombe 1998, table I: 81 of 263, 95 %, is 0.2553 to 0.3662; none of 20 reaches 0.1611, none of none is nothing.
{{ config(tags=['bridge']) }}

{{ cases_that_differ([
    ['round(' ~ wilson_bound('81', '263', 'low', '1.959963984540054e0') ~ ', 4)', 'cast(0.2553 as double)'],
    ['round(' ~ wilson_bound('81', '263', 'high', '1.959963984540054e0') ~ ', 4)', 'cast(0.3662 as double)'],
    ['round(' ~ wilson_bound('0', '20', 'low', '1.959963984540054e0') ~ ', 4)', 'cast(0 as double)'],
    ['round(' ~ wilson_bound('0', '20', 'high', '1.959963984540054e0') ~ ', 4)', 'cast(0.1611 as double)'],
    [wilson_bound('0', '0', 'low'), 'cast(null as double)'],
]) }}

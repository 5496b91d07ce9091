-- Abramowitz and Stegun, tables 26.1 and 26.8; Freireich's log-rank of 16.7929 leaves 4.17e-5.
{{ config(tags=['bridge']) }}

{{ cases_that_differ([
    ['round(' ~ normal_tail('cast(1.959963984540054 as double)') ~ ', 12)', 'cast(0.025 as double)'],
    ['round(' ~ normal_tail('cast(0 as double)') ~ ', 12)', 'cast(0.5 as double)'],
    ['round(1e20 * ' ~ normal_tail('cast(8 as double)') ~ ', 2)', 'cast(62209.61 as double)'],
    ['round(' ~ chi_square_tail('cast(3.841458820694124 as double)', 1) ~ ', 10)', 'cast(0.05 as double)'],
    ['round(' ~ chi_square_tail('cast(16.7929 as double)', 1) ~ ', 7)', 'cast(0.0000417 as double)'],
    ['round(' ~ chi_square_tail('cast(13.276704135987622 as double)', 4) ~ ', 10)', 'cast(0.01 as double)'],
    ['round(' ~ chi_square_tail('cast(14.06714044934017 as double)', 7) ~ ', 10)', 'cast(0.05 as double)'],
    ['round(' ~ chi_square_tail('cast(42.55696780429269 as double)', 29) ~ ', 9)', 'cast(0.05 as double)'],
]) }}

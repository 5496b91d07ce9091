-- Of 1, 2, 3 and 10 the median is 2.5 and the third quartile 4.75, as R's default (type 7) has it.
{{ config(tags=['bridge']) }}

{% set numbers %}(
    select cast(1 as double) as x union all select cast(2 as double) union all select cast(3 as double)
    union all select cast(10 as double)
) as numbers{% endset %}

{{ cases_that_differ([
    ['(select ' ~ percentile('x', 0.5) ~ ' from ' ~ numbers ~ ')', 'cast(2.5 as double)'],
    ['(select ' ~ percentile('x', 0.75) ~ ' from ' ~ numbers ~ ')', 'cast(4.75 as double)'],
]) }}

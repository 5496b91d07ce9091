-- A random share is drawn from the first eight digits of an MD5: d41d8cd9 of the empty text, 0cc175b9 of "a".
{{ config(tags=['bridge']) }}

{{ cases_that_differ([
    ['round(' ~ hash_ratio("''") ~ ', 9)', 'round(cast(3558706393 as double) / 4294967296.0e0, 9)'],
    ['round(' ~ hash_ratio("'a'") ~ ', 9)', 'round(cast(214005177 as double) / 4294967296.0e0, 9)'],
]) }}

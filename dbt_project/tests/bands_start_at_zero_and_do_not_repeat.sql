-- Without a band from 0 on, low scores would have no band; two bands from the same score would leave one empty.
{{ config(meta={'dagster': {'ref': {'name': 'bands'}}}) }}

with starts as (
    select
        rubric_version,
        min(score_from) as lowest,
        count(*) - count(distinct score_from) as n_repeated
    from {{ ref('bands') }}
    group by rubric_version
)

select
    versions.rubric_version,
    starts.lowest,
    starts.n_repeated
from {{ ref('rubric_versions') }} as versions
left join starts on versions.rubric_version = starts.rubric_version
where coalesce(starts.lowest, 1) <> 0 or starts.n_repeated > 0

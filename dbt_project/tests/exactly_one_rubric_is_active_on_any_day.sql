-- Two active rubrics would publish two scores for one account and day.
{{ config(meta={'dagster': {'ref': {'name': 'rubric_versions'}}}) }}

select
    earlier.rubric_version as rubric_version,
    later.rubric_version as overlaps_with
from {{ ref('rubric_versions') }} as earlier
inner join {{ ref('rubric_versions') }} as later
    on
        earlier.rubric_version < later.rubric_version
        and (earlier.effective_to is null or later.effective_from <= earlier.effective_to)
        and (later.effective_to is null or earlier.effective_from <= later.effective_to)
where earlier.status = 'active' and later.status = 'active'
union all
select
    null as rubric_version,
    null as overlaps_with
from {{ ref('rubric_versions') }}
having sum(case when status = 'active' then 1 else 0 end) = 0

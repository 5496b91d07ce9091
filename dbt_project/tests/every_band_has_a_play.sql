-- The same band gets the same treatment: a band without a play would leave its accounts without a next action.
{{ config(meta={'dagster': {'ref': {'name': 'play_triggers'}}}) }}

select
    bands.rubric_version,
    bands.band
from {{ ref('bands') }} as bands
left join {{ ref('play_triggers') }} as triggers
    on triggers.kind = 'band' and triggers.value = bands.band and triggers.segment_attribute = 'all'
where triggers.play_id is null

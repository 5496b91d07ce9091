-- Warns: every play that a band calls for was shown not to work: an experiment says worse, or gives the score at most
-- one point more than no play does and finds nothing better.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_play_effects'}}}) }}

with experiments as (
    select
        play_id,
        max(case when verdict = 'worse' then 1 else 0 end) as is_worse,
        max(case when verdict = 'better' then 1 else 0 end) as is_better,
        max(case when measure = 'score' and verdict = 'no_difference_shown' then effect_high end) as most_points
    from {{ ref('fct_play_effects') }}
    where comparison = 'experiment' and segment_attribute = 'all'
    group by play_id
),

useless as (
    select play_id from experiments
    where is_worse = 1 or (is_better = 0 and most_points < 1.0)
)

select
    triggers.value as band,
    min(triggers.play_id) as example_play_id
from {{ ref('play_triggers') }} as triggers
left join useless on triggers.play_id = useless.play_id
where triggers.kind = 'band' and triggers.segment_attribute = 'all'
group by triggers.value
having count(*) = count(useless.play_id)

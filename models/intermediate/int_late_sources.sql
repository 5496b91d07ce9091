-- Sources that metrics depend on and that were behind on a scored day, which lowers the confidence of its scores.
-- Grain: one row per scored_on and source_id.

with scored_days as (
    select * from {{ ref('int_scored_days') }}
),

pulls as (
    select * from {{ ref('stg_pulls') }}
),

-- milestones are found in events, and a ratio in what it divides
entities as (
    select distinct case when source = 'milestones' then 'events' else source end as entity
    from {{ ref('metrics') }}
    where source is not null
),

as_known as (
    select
        scored_days.scored_on,
        pulls.source_id,
        max(pulls.newest_date) as newest_date,
        max_by(pulls.expected_every_days, pulls.pull_id) as expected_every_days
    from pulls
    inner join entities on pulls.entity = entities.entity
    inner join scored_days on pulls.last_date <= scored_days.scored_on
    group by scored_days.scored_on, pulls.source_id
),

final as (
    select
        scored_on,
        source_id,
        {{ days_between('newest_date', 'scored_on') }} as days_behind,
        expected_every_days
    from as_known
    where {{ days_between('newest_date', 'scored_on') }} > expected_every_days
)

select * from final

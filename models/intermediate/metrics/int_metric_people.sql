-- On which scored days somebody was newly seen for a metric, each person under one id as far as it was known.
-- Grain: one row per metric_id, account_id, user_id and enters_on.

{{ config(materialized='view') }}

with widest as (
    select * from {{ ref('int_metric_windows') }}
    where metric_id = widest_metric_id
),

sightings as (
    select
        observations.metric_id,
        observations.account_id,
        observations.user_id,
        observations.enters_on,
        max(observations.observed_on) as observed_on
    from {{ ref('int_metric_observations') }} as observations
    inner join widest on observations.metric_id = widest.metric_id
    where observations.aggregation = 'users' and observations.user_id is not null
    group by observations.metric_id, observations.account_id, observations.user_id, observations.enters_on
),

-- of people with several ids: as whom they count from which scored day until which
spells as (
    select
        spells.user_id,
        spells.person_id,
        coalesce(starting.scored_on, spells.known_from) as enters_on,
        ending.scored_on as leaves_on
    from {{ ref('int_person_spells') }} as spells
    left join {{ ref('int_first_scored_days') }} as starting on spells.known_from = starting.day_date
    left join {{ ref('int_first_scored_days') }} as ending on spells.known_to = ending.day_date
    where
        spells.known_from <= {{ last_day() }}
        and (spells.known_to is null or spells.known_to > {{ add_days(first_day(), -400) }})
),

identified as (
    select
        sightings.metric_id,
        sightings.account_id,
        coalesce(spells.person_id, sightings.user_id) as user_id,
        greatest(sightings.enters_on, coalesce(spells.enters_on, sightings.enters_on)) as enters_on,
        sightings.observed_on,
        0 as is_end
    from sightings
    left join spells on sightings.user_id = spells.user_id
    where spells.leaves_on is null or sightings.enters_on < spells.leaves_on
    union all
    -- who turns out to be somebody else is nobody from then on
    select
        sightings.metric_id,
        sightings.account_id,
        spells.person_id as user_id,
        spells.leaves_on as enters_on,
        cast(null as date) as observed_on,
        1 as is_end
    from sightings
    inner join spells on sightings.user_id = spells.user_id and sightings.enters_on < spells.leaves_on
),

final as (
    select
        metric_id,
        account_id,
        user_id,
        enters_on,
        max(observed_on) as observed_on,
        max(is_end) as is_end
    from identified
    group by metric_id, account_id, user_id, enters_on
)

select * from final

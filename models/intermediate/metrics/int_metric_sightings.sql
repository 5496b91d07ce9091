-- Observations of a metric with the scored day of this build from which they count.
-- Grain: one row per metric_id, account_id, user_id, observed_on, known_on and kind of thing counted.

{{ config(materialized='view') }}

with observations as (
    select * from {{ ref('int_metric_observations') }}
),

accounts as (
    select * from {{ ref('int_account_starts') }}
),

scoring_days as (
    select * from {{ ref('int_scoring_days') }}
),

final as (
    select
        observations.metric_id,
        observations.aggregation,
        observations.window_days,
        observations.half_life_days,
        observations.account_id,
        observations.user_id,
        observations.observed_on,
        observations.n,
        observations.value,
        scoring_days.scored_on as enters_on
    from observations
    inner join accounts on observations.account_id = accounts.account_id
    inner join scoring_days
        on greatest(observations.observed_on, observations.known_on) = scoring_days.day_date
    -- opinions given before the start count, use does not
    where observations.aggregation = 'mean' or observations.observed_on >= accounts.started_date
)

select * from final

-- What is counted or averaged for each windowed metric, from any source, with the scored day from which it counts.
-- Grain: one row per metric_id, account_id, user_id, observed_on, known_on and kind of thing counted.

{{ config(materialized='view') }}

with metrics as (
    select * from {{ ref('metrics') }}
    where source is not null and aggregation <> 'days_to_milestone'
),

event_days as (
    select * from {{ ref('int_event_days') }}
    where event_date > {{ add_days(first_day(), -400) }}
),

event_names as (
    select * from {{ ref('int_metric_event_names') }}
),

-- a ticket is counted from its first version on; what it is rated is that of its newest
tickets as (
    select
        *,
        row_number() over (partition by ticket_id order by known_on, updated_at) as version_number,
        lead(known_on) over (partition by ticket_id order by known_on, updated_at) as known_until
    from {{ ref('stg_tickets') }}
),

survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
    where deleted_at is null
),

admissions as (
    select * from {{ ref('int_account_admissions') }}
),

scoring_days as (
    select * from {{ ref('int_first_scored_days') }}
),

observations as (
    select
        event_names.metric_id,
        event_names.aggregation,
        event_names.window_days,
        event_names.half_life_days,
        event_days.account_id, event_days.user_id, event_days.event_date as observed_on, event_days.known_on,
        cast(null as date) as known_until,
        event_days.n,
        cast(null as double) as value
    from event_days
    inner join event_names
        on
            {{ same_event_name('event_days', 'event_names') }}
            and event_days.event_date > {{ add_days(first_day(), '-1 * event_names.window_days') }}
    union all
    select
        metrics.metric_id,
        metrics.aggregation,
        metrics.window_days,
        cast(metrics.half_life_days as double) as half_life_days,
        tickets.account_id,
        cast(null as {{ dbt.type_string() }}) as user_id,
        cast(tickets.created_at as date) as observed_on,
        tickets.known_on,
        case when metrics.aggregation = 'mean' then tickets.known_until end as known_until,
        1 as n,
        tickets.csat_score as value
    from tickets
    inner join metrics
        on
            metrics.source = 'tickets'
            and {{ matches_filter('metrics', 'tickets', ['theme', 'priority', 'channel']) }}
    where case when metrics.aggregation = 'mean' then tickets.deleted_at is null else tickets.version_number = 1 end
    union all
    select
        metrics.metric_id,
        metrics.aggregation,
        metrics.window_days,
        cast(metrics.half_life_days as double) as half_life_days,
        survey_responses.account_id,
        survey_responses.user_id,
        cast(survey_responses.responded_at as date) as observed_on,
        survey_responses.known_on,
        survey_responses.known_until,
        1 as n,
        survey_responses.score as value
    from survey_responses
    inner join metrics
        on
            metrics.source = 'survey_responses'
            and {{ matches_filter('metrics', 'survey_responses', ['question', 'survey_id']) }}
),

final as (
    select
        observations.metric_id, observations.aggregation, observations.window_days, observations.half_life_days,
        observations.account_id, observations.user_id, observations.observed_on, observations.n, observations.value,
        scoring_days.scored_on as enters_on,
        replacing.scored_on as replaced_on
    from observations
    -- opinions given before the start count, use does not
    inner join admissions
        on
            observations.account_id = admissions.account_id
            and (observations.observed_on >= admissions.admits_from or observations.aggregation = 'mean')
            and (
                admissions.admits_to is null
                or (observations.observed_on < admissions.admits_to and observations.aggregation <> 'mean')
            )
    inner join scoring_days
        on greatest(observations.observed_on, observations.known_on, admissions.known_from) = scoring_days.day_date
    left join scoring_days as replacing
        on
            observations.known_until is not null
            and greatest(observations.observed_on, observations.known_until) = replacing.day_date
)

select * from final

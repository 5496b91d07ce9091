-- What is counted or averaged for each windowed metric, from any source, selected by the metric's own filter.
-- Grain: one row per metric_id, account_id, user_id, observed_on and known_on.

{{ config(materialized='view') }}

with metrics as (
    select * from {{ ref('metrics') }}
    where source is not null and aggregation <> 'days_to_milestone'
),

action_days as (
    select * from {{ ref('int_action_days') }}
),

tickets as (
    select
        *,
        row_number() over (partition by ticket_id order by known_on, updated_at) as version_number
    from {{ ref('stg_tickets') }}
),

survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
),

observations as (
    select
        metrics.metric_id,
        action_days.account_id,
        action_days.user_id,
        action_days.event_date as observed_on,
        action_days.known_on,
        action_days.n,
        cast(null as double) as value
    from action_days
    inner join metrics
        on
            metrics.source = 'events'
            and {{ matches_filter('metrics', 'action_days', ['action', 'kind', 'product_line']) }}
    union all
    select
        metrics.metric_id,
        tickets.account_id,
        cast(null as {{ dbt.type_string() }}) as user_id,
        cast(tickets.created_at as date) as observed_on,
        tickets.known_on,
        1 as n,
        tickets.csat_score as value
    from tickets
    inner join metrics
        on
            metrics.source = 'tickets'
            and {{ matches_filter('metrics', 'tickets', ['theme', 'priority', 'channel']) }}
    where tickets.version_number = 1
    union all
    select
        metrics.metric_id,
        survey_responses.account_id,
        survey_responses.user_id,
        cast(survey_responses.responded_at as date) as observed_on,
        survey_responses.known_on,
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
        metric_id,
        account_id,
        user_id,
        observed_on,
        known_on,
        sum(n) as n,
        sum(value) as value
    from observations
    group by metric_id, account_id, user_id, observed_on, known_on
)

select * from final

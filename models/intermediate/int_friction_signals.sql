-- Complaints of customers and the side they point to, product or process.
-- Grain: one row per signal_id, account_id and signalled_on.

with themes as (
    select * from {{ ref('ticket_themes') }}
),

tickets as (
    select
        ticket_id,
        account_id,
        theme,
        cast(created_at as date) as signalled_on,
        min(known_on) as known_on
    from {{ ref('stg_tickets') }}
    group by ticket_id, account_id, theme, cast(created_at as date)
),

survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
),

-- a blocker counts as friction at once, other tickets from the second on; low answers name their side
final as (
    select
        concat('ticket ', tickets.ticket_id) as signal_id,
        tickets.account_id,
        tickets.signalled_on,
        tickets.known_on,
        case
            when themes.cause = 'product' and themes.is_blocker then 1.0
            when themes.cause = 'product' then 0.5
            else 0.0
        end as product,
        case when themes.cause = 'process' then 0.5 else 0.0 end as process
    from tickets
    inner join themes on tickets.theme = themes.theme
    union all
    select
        concat('answer ', response_id, ' ', question) as signal_id,
        account_id,
        cast(responded_at as date) as signalled_on,
        known_on,
        case when question = 'ease_of_integration' then 1.0 else 0.0 end as product,
        case when question = 'support_quality' then 1.0 else 0.0 end as process
    from survey_responses
    where question in ('ease_of_integration', 'support_quality') and score <= 2
)

select * from final

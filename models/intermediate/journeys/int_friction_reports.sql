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

notes as (
    select * from {{ ref('stg_notes') }}
),

survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
),

-- a blocker counts as friction at once, other tickets from the second on; low answers name their side; a note of a CSM
-- counts for each theme that it names
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
    union all
    select
        concat('note ', notes.note_id, ' ', themes.theme) as signal_id,
        notes.account_id,
        cast(notes.noted_at as date) as signalled_on,
        notes.known_on,
        case
            when themes.cause = 'product' and themes.is_blocker then 1.0 when themes.cause = 'product' then 0.5 else 0.0
        end as product,
        case when themes.cause = 'process' then 0.5 else 0.0 end as process
    from notes
    inner join themes on lower(notes.text) like concat('%', themes.theme, '%')
)

select * from final

-- Complaints of customers and the cause they point to, product or process.
-- Grain: one row per report_id, account_id, reported_on and known_on.

with themes as (
    select * from {{ ref('ticket_themes') }}
),

-- a ticket counts as its newest version says, until that is known
ticket_versions as (
    select
        *,
        lead(known_on) over (partition by ticket_id order by updated_at, known_on) as known_until
    from {{ ref('stg_tickets') }}
),

tickets as (
    select
        ticket_id,
        account_id,
        theme,
        cast(created_at as date) as reported_on,
        known_on,
        max(known_until) as known_until
    from ticket_versions
    where deleted_at is null and (known_until is null or known_until > known_on)
    group by ticket_id, account_id, theme, cast(created_at as date), known_on
),

-- themes are found as words: an important call is not about an import
notes as (
    select
        *,
        concat(' ', translate(lower(text), '.,;:!?()/-', '          '), ' ') as words
    from {{ ref('stg_notes') }}
    where deleted_at is null
),

survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
    where deleted_at is null
),

questions as (
    select * from {{ ref('survey_questions') }}
    where friction_cause is not null
),

-- a blocker counts as friction at once, other tickets from the second on; low answers name their side; a note of a CSM
-- counts for each theme that it names
final as (
    select
        concat('ticket ', tickets.ticket_id) as report_id,
        tickets.account_id,
        tickets.reported_on,
        tickets.known_on,
        tickets.known_until,
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
        concat('answer ', survey_responses.response_id, ' ', survey_responses.question) as report_id,
        survey_responses.account_id,
        cast(survey_responses.responded_at as date) as reported_on,
        survey_responses.known_on,
        survey_responses.known_until,
        case when questions.friction_cause = 'product' then 1.0 else 0.0 end as product,
        case when questions.friction_cause = 'process' then 1.0 else 0.0 end as process
    from survey_responses
    inner join questions
        on
            survey_responses.question = questions.question
            and survey_responses.score <= questions.friction_at_most
    union all
    select
        concat('note ', notes.note_id, ' ', themes.theme) as report_id,
        notes.account_id,
        cast(notes.noted_at as date) as reported_on,
        notes.known_on,
        notes.known_until,
        case
            when themes.cause = 'product' and themes.is_blocker then 1.0 when themes.cause = 'product' then 0.5 else 0.0
        end as product,
        case when themes.cause = 'process' then 0.5 else 0.0 end as process
    from notes
    inner join themes
        on notes.words like concat('% ', themes.theme, ' %') or notes.words like concat('% ', themes.theme, 's %')
)

select * from final

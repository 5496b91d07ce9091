-- Support and voice of an account by a landmark, as known on that day.
-- Grain: one row per account_id and landmark_day.

with landmarks as (
    select * from {{ ref('int_account_landmarks') }}
),

-- the version that was newest on the landmark
ticket_versions as (
    select
        *,
        lead(known_on) over (partition by ticket_id order by updated_at, known_on) as known_until
    from {{ ref('stg_tickets') }}
),

tickets as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        count(*) as n_tickets,
        count(case when ticket_versions.status not in ('solved', 'closed') then 1 end) as n_open_tickets,
        avg(ticket_versions.csat_score) as mean_csat_score
    from landmarks
    inner join ticket_versions
        on
            landmarks.account_id = ticket_versions.account_id
            and cast(ticket_versions.created_at as date)
            between landmarks.started_date and landmarks.landmark_date
            and ticket_versions.known_on <= landmarks.landmark_date
            and coalesce(ticket_versions.known_until > landmarks.landmark_date, true)
            and ticket_versions.deleted_at is null
    group by landmarks.account_id, landmarks.landmark_day
),

answers as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        count(distinct responses.response_id) as n_answers,
        avg(case when responses.question = 'nps' then responses.score end) as mean_nps_answer
    from landmarks
    inner join {{ ref('stg_survey_responses') }} as responses
        on
            landmarks.account_id = responses.account_id
            and cast(responses.responded_at as date) <= landmarks.landmark_date
            and responses.known_on <= landmarks.landmark_date
            and coalesce(responses.known_until > landmarks.landmark_date, true)
            and responses.deleted_at is null
    group by landmarks.account_id, landmarks.landmark_day
),

final as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        coalesce(tickets.n_tickets, 0) as n_tickets,
        coalesce(tickets.n_open_tickets, 0) as n_open_tickets,
        tickets.mean_csat_score,
        coalesce(answers.n_answers, 0) as n_answers,
        answers.mean_nps_answer
    from landmarks
    left join tickets on {{ same_keys('landmarks', 'tickets', ['account_id', 'landmark_day']) }}
    left join answers on {{ same_keys('landmarks', 'answers', ['account_id', 'landmark_day']) }}
)

select * from final

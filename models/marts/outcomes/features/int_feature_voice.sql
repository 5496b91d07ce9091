-- Support and voice of an account by a landmark, as known on that day.
-- Grain: one row per account_id and landmark_day.

with landmarks as (
    select * from {{ ref('int_account_landmarks') }}
),

-- each ticket as its newest version said by then
ticket_versions as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        versions.status,
        versions.csat_score,
        versions.deleted_at,
        row_number() over (
            partition by landmarks.account_id, landmarks.landmark_day, versions.ticket_id
            order by versions.updated_at desc, versions.known_on desc
        ) as recency
    from landmarks
    inner join {{ ref('stg_tickets') }} as versions
        on
            landmarks.account_id = versions.account_id
            and cast(versions.created_at as date) between landmarks.started_date and landmarks.landmark_date
            and versions.known_on <= landmarks.landmark_date
),

tickets as (
    select
        account_id,
        landmark_day,
        count(*) as n_tickets,
        count(case when status not in ('solved', 'closed') then 1 end) as n_open_tickets,
        avg(csat_score) as mean_csat_score
    from ticket_versions
    where recency = 1 and deleted_at is null
    group by account_id, landmark_day
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
            and cast(responses.responded_at as date) between landmarks.started_date and landmarks.landmark_date
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

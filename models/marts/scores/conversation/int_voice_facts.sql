-- What an account said that a conversation should begin with: its unsolved ticket, and its last low answer.
-- Grain: one row per account_id and kind.

{% set text = dbt.type_string() %}

with tickets as (
    select
        account_id,
        concat(
            case when is_blocker then 'A ticket that blocks them is not solved: ' else 'A ticket is not solved: ' end,
            coalesce(nullif(subject, ''), theme, ticket_id)
        ) as statement,
        cast(created_at as date) as happened_on,
        ticket_id,
        row_number() over (
            partition by account_id order by is_blocker desc, created_at desc, ticket_id asc
        ) as place
    from {{ ref('fct_tickets') }}
    where status not in ('solved', 'closed')
),

questions as (
    select * from {{ ref('survey_questions') }}
),

-- in the lower half of the scale, or a detractor's, within three months; of answers given at once, the lowest
answers as (
    select
        responses.account_id,
        concat(
            questions.name, ': ', cast(cast(responses.score as integer) as {{ text }}), ' of ',
            cast(cast(questions.scale_high as integer) as {{ text }})
        ) as statement,
        cast(responses.responded_at as date) as happened_on,
        responses.response_id,
        row_number() over (
            partition by responses.account_id
            order by
                responses.responded_at desc,
                (responses.score - questions.scale_low) / (questions.scale_high - questions.scale_low) asc,
                responses.response_id asc,
                responses.question asc
        ) as place
    from {{ ref('fct_survey_responses') }} as responses
    inner join questions on responses.question = questions.question
    where
        (
            responses.score < (questions.scale_low + questions.scale_high) / 2.0
            or responses.nps_group = 'detractor'
        )
        and cast(responses.responded_at as date) > {{ add_days(last_day(), -92) }}
),

final as (
    select
        account_id, 'ticket' as kind, statement, happened_on, 'core.fct_tickets' as source_mart, ticket_id as source_id
    from tickets
    where place = 1
    union all
    select
        account_id, 'answer' as kind, statement, happened_on, 'core.fct_survey_responses' as source_mart,
        response_id as source_id
    from answers
    where place = 1
)

select * from final

-- What customers answered, one question at a time.
-- Grain: one row per response_id and question.

with responses as (
    select * from {{ ref('stg_survey_responses') }}
    where known_until is null and deleted_at is null
),

accounts as (
    select account_id from {{ ref('dim_accounts') }}
),

final as (
    select
        responses.response_id,
        responses.question,
        responses.account_id,
        responses.user_id,
        responses.survey_id,
        responses.invitation_id,
        responses.milestone_id,
        responses.score,
        case
            when responses.question <> 'nps' then null
            when responses.score >= 9 then 'promoter'
            when responses.score >= 7 then 'passive'
            else 'detractor'
        end as nps_group,
        responses.comment,
        responses.responded_at
    from responses
    inner join accounts on responses.account_id = accounts.account_id
)

select * from final

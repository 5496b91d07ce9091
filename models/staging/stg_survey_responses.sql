-- Answers to surveys, one question at a time.
-- Grain: one row per response_id and question.

with landed as (
    {{ first_known(source('lake', 'survey_responses'), ['response_id', 'question']) }}
),

final as (
    select
        response_id,
        account_id,
        user_id,
        invitation_id,
        survey_id,
        milestone_id,
        question,
        score,
        comment,
        responded_at,
        source_id,
        known_on
    from landed
)

select * from final

-- Answers to surveys, one question at a time, with every correction.
-- Grain: one row per response_id, question and known_on.

{% set content = [
    'account_id', 'user_id', 'invitation_id', 'survey_id', 'milestone_id', 'score', 'comment', 'responded_at', 'deleted_at',
] %}

with landed as (
    {{ known_versions(source('lake', 'survey_responses'), ['response_id', 'question'], content) }}
),

final as (
    select
        landed.response_id,
        coalesce(aliases.account_id, landed.account_id) as account_id,
        landed.user_id,
        landed.invitation_id,
        landed.survey_id,
        landed.milestone_id,
        landed.question,
        landed.score,
        landed.comment,
        landed.responded_at,
        landed.deleted_at,
        landed.source_id,
        landed.known_on,
        landed.known_until
    from landed
    {{ alias_of('landed') }}
)

select * from final

-- Who was asked, so that silence can be counted.
-- Grain: one row per invitation_id.

with landed as (
    {{ first_known(source('lake', 'survey_invitations'), ['invitation_id']) }}
),

final as (
    select
        landed.invitation_id,
        coalesce(aliases.account_id, landed.account_id) as account_id,
        landed.user_id,
        landed.survey_id,
        landed.milestone_id,
        landed.sent_at,
        landed.source_id,
        landed.known_on
    from landed
    {{ alias_of('landed') }}
)

select * from final

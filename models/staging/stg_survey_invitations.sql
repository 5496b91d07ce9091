-- Who was asked, so that silence can be counted.
-- Grain: one row per invitation_id.

with landed as (
    {{ first_known(source('lake', 'survey_invitations'), ['invitation_id']) }}
),

final as (
    select
        invitation_id,
        account_id,
        user_id,
        survey_id,
        milestone_id,
        sent_at,
        source_id,
        known_on
    from landed
)

select * from final

-- Accounts with every change of their record in the CRM.
-- Grain: one row per account_id and updated_at.

with landed as (
    {{ first_known(source('lake', 'accounts'), ['account_id', 'updated_at']) }}
),

final as (
    select
        account_id,
        account_name,
        signed_up_at,
        onboarding_started_at,
        updated_at,
        plan_tier,
        industry,
        company_size,
        region,
        purchase_channel,
        onboarding_mode,
        csm_id,
        parent_account_id,
        coalesce(is_internal, false) as is_internal,
        deleted_at,
        source_id,
        known_on,
        attributes_known_on,
        row_number() over (partition by account_id order by updated_at desc, known_on desc) = 1 as is_current
    from landed
)

select * from final

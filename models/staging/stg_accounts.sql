-- Accounts with every change of their record in the CRM.
-- Grain: one row per account_id and updated_at.

{% set content = [
    'signed_up_at', 'onboarding_started_at', 'account_name', 'plan_tier', 'industry', 'company_size', 'region',
    'purchase_channel', 'onboarding_mode', 'csm_id', 'parent_account_id', 'is_internal', 'deleted_at',
] %}

with landed as (
    {{ known_versions(source('lake', 'accounts'), ['account_id', 'updated_at'], content) }}
),

dated as (
    select
        *,
        {{ version_time('updated_at', 'signed_up_at') }} as versioned_at
    from landed
),

final as (
    select
        account_id,
        account_name,
        signed_up_at,
        onboarding_started_at,
        versioned_at as updated_at,
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
        row_number() over (partition by account_id order by versioned_at desc, known_on desc) = 1 as is_current
    from dated
)

select * from final

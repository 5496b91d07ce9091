-- What was known about an account when: one row for each change of its attributes.
-- Grain: one row per account_id and valid_from.

with accounts as (
    select * from {{ ref('stg_accounts') }}
),

final as (
    select
        account_id,
        updated_at as valid_from,
        lead(updated_at) over (partition by account_id order by updated_at) as valid_to,
        known_on,
        attributes_known_on,
        attributes_known_on > known_on as is_backfilled,
        account_name,
        plan_tier,
        industry,
        company_size,
        region,
        purchase_channel,
        onboarding_mode,
        csm_id,
        parent_account_id,
        is_internal,
        deleted_at is not null as is_deleted
    from accounts
)

select * from final

-- When each account signed up and started, as first known.
-- Grain: one row per account_id.

with accounts as (
    select * from {{ ref('stg_accounts') }}
),

ranked as (
    select
        *,
        row_number() over (partition by account_id order by known_on, updated_at) as version_number
    from accounts
),

final as (
    select
        account_id,
        signed_up_at,
        onboarding_started_at as started_at,
        cast(signed_up_at as date) as signed_up_date,
        cast(onboarding_started_at as date) as started_date,
        known_on
    from ranked
    where version_number = 1
)

select * from final

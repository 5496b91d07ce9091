-- When each account signed up and started, as first known, and from which day on it must not be counted.
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

excluded as (
    select
        account_id,
        min(known_on) as excluded_from
    from accounts
    where is_internal or deleted_at is not null
    group by account_id
),

final as (
    select
        ranked.account_id,
        ranked.signed_up_at,
        ranked.onboarding_started_at as started_at,
        cast(ranked.signed_up_at as date) as signed_up_date,
        cast(ranked.onboarding_started_at as date) as started_date,
        ranked.known_on,
        excluded.excluded_from
    from ranked
    left join excluded on ranked.account_id = excluded.account_id
    where ranked.version_number = 1
)

select * from final

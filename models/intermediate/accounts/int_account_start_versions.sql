-- When each account signed up and started, with every correction, from when until when it was known.
-- Grain: one row per account_id and known_from.

with versions as (
    {{ newest_of_each_day(ref('stg_accounts'), 'account_id') }}
),

compared as (
    select
        *,
        lag(signed_up_at) over (partition by account_id order by known_on) as signed_up_before,
        lag(onboarding_started_at) over (partition by account_id order by known_on) as started_before
    from versions
),

final as (
    select
        account_id,
        signed_up_at,
        onboarding_started_at as started_at,
        cast(onboarding_started_at as date) as started_date,
        known_on as known_from,
        lead(known_on) over (partition by account_id order by known_on) as known_to
    from compared
    where
        signed_up_before is null
        or signed_up_at <> signed_up_before
        or onboarding_started_at <> started_before
)

select * from final

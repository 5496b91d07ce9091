-- Which CSM owns an account, from the day on which that was known.
-- Grain: one row per account_id and known_on.

with accounts as (
    select * from {{ ref('stg_accounts') }}
),

ranked as (
    select
        account_id,
        csm_id,
        attributes_known_on as known_on,
        row_number() over (partition by account_id, attributes_known_on order by updated_at desc) as recency
    from accounts
),

final as (
    select
        account_id,
        csm_id,
        known_on,
        lead(known_on) over (partition by account_id order by known_on) as known_until
    from ranked
    where recency = 1
)

select * from final

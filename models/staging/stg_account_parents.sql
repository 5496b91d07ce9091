-- Which account another belongs to in the CRM, and from when until when that was known.
-- Grain: one row per account_id and known_from.

with accounts as (
    select
        *,
        row_number() over (partition by account_id, known_on order by updated_at desc) as recency
    from {{ ref('stg_accounts') }}
),

known as (
    select
        account_id,
        -- a parent that is no account, or the account itself, is none
        case
            when
                parent_account_id <> account_id
                and parent_account_id in (select parents.account_id from {{ ref('stg_accounts') }} as parents)
                and deleted_at is null
                then parent_account_id
        end as parent_account_id,
        known_on
    from accounts
    where recency = 1
),

changed as (
    select
        *,
        lag(parent_account_id) over (partition by account_id order by known_on) as parent_before
    from known
),

spells as (
    select
        account_id,
        parent_account_id,
        known_on as known_from,
        lead(known_on) over (partition by account_id order by known_on) as known_until
    from changed
    where coalesce(parent_account_id, '') <> coalesce(parent_before, '')
),

final as (
    select * from spells
    where parent_account_id is not null
)

select * from final

-- Which account another belongs to in the CRM, and from when until when that was known.
-- Grain: one row per account_id and known_from.

-- A small table: views that read it would work it out again, each for itself.
{{ config(materialized='table') }}

with versions as (
    {{ newest_of_each_day(ref('stg_accounts'), 'account_id') }}
),

judged as (
    select
        *,
        deleted_at is not null or is_internal as is_no_customer
    from versions
),

accounts as (
    select
        account_id,
        case when parent_account_id <> account_id and not is_no_customer then parent_account_id end
            as parent_account_id,
        is_no_customer,
        known_on
    from judged
),

-- a parent is one from the day on which it is known itself until it is deleted or internal
parents as (
    select
        account_id,
        min(known_on) as known_from,
        min(case when is_no_customer then known_on end) as known_until
    from accounts
    group by account_id
),

changed as (
    select
        *,
        lag(parent_account_id) over (partition by account_id order by known_on) as parent_before
    from accounts
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

clipped as (
    select
        spells.account_id,
        spells.parent_account_id,
        greatest(spells.known_from, parents.known_from) as known_from,
        coalesce(least(spells.known_until, parents.known_until), spells.known_until, parents.known_until)
            as known_until
    from spells
    inner join parents on spells.parent_account_id = parents.account_id
),

final as (
    select * from clipped
    where coalesce(known_until > known_from, true)
)

select * from final

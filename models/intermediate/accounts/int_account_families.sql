-- The family of each account that has a parent or children: its topmost parent, as known from when until when.
-- Grain: one row per account_id and known_from.

with links as (
    select
        account_id as alias_id,
        parent_account_id as account_id,
        known_from,
        known_until
    from {{ ref('stg_account_parents') }}
),

led as (
    {{ followed_links('links') }}
),

children as (
    select
        alias_id as account_id,
        account_id as family_id,
        known_from,
        known_to
    from led
    where not is_circular
),

final as (
    select * from children
    union all
    select
        family_id as account_id,
        family_id,
        min(known_from) as known_from,
        case when count(*) = count(known_to) then max(known_to) end as known_to
    from children
    group by family_id
)

select * from final

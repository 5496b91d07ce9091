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

-- a parent heads its family while it has any child: stretches that overlap or touch are one
stretches as (
    select
        family_id,
        known_from,
        known_to,
        case
            when
                known_from <= max(coalesce(known_to, date '9999-12-31')) over (
                    partition by family_id order by known_from, account_id
                    rows between unbounded preceding and 1 preceding
                )
                then 0
            else 1
        end as is_new
    from children
),

numbered as (
    select
        *,
        sum(is_new) over (
            partition by family_id order by known_from asc, is_new desc rows between unbounded preceding and current row
        ) as stretch
    from stretches
),

final as (
    select * from children
    union all
    select
        family_id as account_id,
        family_id,
        min(known_from) as known_from,
        case when count(*) = count(known_to) then max(known_to) end as known_to
    from numbered
    group by family_id, stretch
)

select * from final

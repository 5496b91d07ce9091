-- Days on which an account is not counted: while it is internal or deleted, and once it counts for another one.
-- Grain: one row per account_id, excluded_from and reason.

with versions as (
    {{ newest_of_each_day(ref('stg_accounts'), 'account_id') }}
),

periods as (
    select
        account_id,
        is_internal or deleted_at is not null as is_excluded,
        known_on as excluded_from,
        lead(known_on) over (partition by account_id order by known_on) as excluded_until
    from versions
),

payers as (
    select
        account_id,
        min(known_on) as known_from
    from {{ ref('stg_subscriptions') }}
    group by account_id
),

-- where children are scored, a parent is left out; not one that has a subscription, which nobody else would show, and
-- not two that are parents of each other at one time
childrens_parents as (
    select
        parents.parent_account_id as account_id,
        parents.known_from,
        case when count(*) = count(parents.known_until) then max(parents.known_until) end as known_until
    from {{ ref('stg_account_parents') }} as parents
    cross join {{ ref('stg_workspace') }} as workspace
    left join {{ ref('stg_account_parents') }} as back
        on
            parents.account_id = back.parent_account_id
            and parents.parent_account_id = back.account_id
            and coalesce(back.known_until > parents.known_from, true)
            and coalesce(parents.known_until > back.known_from, true)
    where workspace.families = 'children' and back.account_id is null
    group by parents.parent_account_id, parents.known_from
),

parents as (
    select
        childrens_parents.account_id,
        childrens_parents.known_from as excluded_from,
        coalesce(
            least(childrens_parents.known_until, payers.known_from), childrens_parents.known_until, payers.known_from
        ) as excluded_until
    from childrens_parents
    left join payers on childrens_parents.account_id = payers.account_id
),

final as (
    select
        account_id,
        excluded_from,
        excluded_until,
        'internal or deleted' as reason
    from periods
    where is_excluded
    union all
    select
        alias_id as account_id,
        known_from as excluded_from,
        known_to as excluded_until,
        'another id' as reason
    from {{ ref('stg_account_aliases') }}
    where not is_circular
    union all
    select
        account_id,
        excluded_from,
        excluded_until,
        'its children are scored' as reason
    from parents
    where coalesce(excluded_until > excluded_from, true)
)

select * from final

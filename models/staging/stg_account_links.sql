-- Which account an id or a child leads to directly, and from when until when: aliases, and parents that are scored.
-- Grain: one row per alias_id and known_from.

-- A small table: views that read it would work it out again, each for itself.
{{ config(materialized='table') }}

with landed as (
    {{ known_versions(source('lake', 'account_aliases'), ['alias_id'], ['account_id', 'valid_from', 'deleted_at']) }}
),

dated as (
    select
        *,
        case when deleted_at is null then greatest(cast(valid_from as date), known_on) else known_on end as applies_from
    from landed
),

-- one holds until the next applies, which may be later than it is known
spells as (
    select
        alias_id,
        account_id,
        deleted_at,
        applies_from as known_from,
        lead(applies_from) over (partition by alias_id order by known_on) as known_until
    from dated
),

aliases as (
    select
        alias_id,
        account_id,
        known_from,
        known_until
    from spells
    where deleted_at is null and coalesce(known_until > known_from, true)
),

-- where the workspace scores parents, what a child sends counts for its parent, unless it has another id by then
parents as (
    select parents.*
    from {{ ref('stg_account_parents') }} as parents
    cross join {{ ref('stg_workspace') }} as workspace
    where workspace.families = 'parents'
),

aliased as (
    select
        alias_id,
        min(known_from) as known_from,
        case when count(*) = count(known_until) then max(known_until) end as known_until
    from aliases
    group by alias_id
),

final as (
    select * from aliases
    union all
    select
        parents.account_id as alias_id,
        parents.parent_account_id as account_id,
        parents.known_from,
        coalesce(least(parents.known_until, aliased.known_from), parents.known_until, aliased.known_from) as known_until
    from parents
    left join aliased on parents.account_id = aliased.alias_id
    where coalesce(aliased.known_from > parents.known_from, true)
    union all
    select
        parents.account_id as alias_id,
        parents.parent_account_id as account_id,
        greatest(parents.known_from, aliased.known_until) as known_from,
        parents.known_until
    from parents
    inner join aliased on parents.account_id = aliased.alias_id
    where coalesce(parents.known_until > aliased.known_until, aliased.known_until is not null)
)

select * from final

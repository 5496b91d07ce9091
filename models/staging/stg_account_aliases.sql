-- Which account an old id stands for, and from when on: renames and merges, also of what was merged before.
-- Grain: one row per alias_id and known_from.

with landed as (
    {{ known_versions(source('lake', 'account_aliases'), ['alias_id'], ['account_id', 'valid_from', 'deleted_at']) }}
),

aliases as (
    select
        alias_id,
        account_id,
        greatest(cast(valid_from as date), known_on) as known_from,
        known_until
    from landed
    where deleted_at is null
),

-- where the workspace scores parents, what a child sends counts for its parent
links as (
    select * from aliases
    union all
    select
        parents.account_id as alias_id,
        parents.parent_account_id as account_id,
        parents.known_from,
        parents.known_until
    from {{ ref('stg_account_parents') }} as parents
    cross join {{ ref('stg_workspace') }} as workspace
    left join aliases on parents.account_id = aliases.alias_id
    where workspace.families = 'parents' and aliases.alias_id is null
),

final as (
    {{ followed_links('links') }}
)

select * from final

-- As whom a person counts who has several ids, and from when until when that was known: until then each id is one.
-- Grain: one row per user_id and known_from.

-- What was counted before two ids were known to be one person moves to the other from that day on, never before.
{% set first_day = "date '1970-01-01'" %}

with aliases as (
    select
        *,
        row_number() over (partition by alias_user_id order by known_from) = 1 as is_first,
        lead(known_from) over (partition by alias_user_id order by known_from) as next_from
    from {{ ref('stg_user_aliases') }}
    where not is_circular
),

final as (
    select
        alias_user_id as user_id,
        user_id as person_id,
        known_from,
        known_to
    from aliases
    union all
    select
        alias_user_id as user_id,
        alias_user_id as person_id,
        {{ first_day }} as known_from,
        known_from as known_to
    from aliases
    where is_first
    union all
    -- taken back
    select
        alias_user_id as user_id,
        alias_user_id as person_id,
        known_to as known_from,
        next_from as known_to
    from aliases
    where known_to is not null and coalesce(next_from > known_to, true)
)

select * from final

-- Which account an old id stands for, and from when on: renames and merges, also of what was merged before.
-- Grain: one row per alias_id and known_from.

{% set max_hops = 6 %}

with landed as (
    {{ known_versions(source('lake', 'account_aliases'), ['alias_id'], ['account_id', 'valid_from', 'deleted_at']) }}
),

links as (
    select
        alias_id,
        account_id,
        greatest(cast(valid_from as date), known_on) as known_from,
        known_until
    from landed
    where deleted_at is null
),

hop_1 as (
    select
        alias_id,
        account_id,
        known_from,
        known_until
    from links
),

{% for hop in range(2, max_hops + 1) %}
hop_{{ hop }} as (
    select
        earlier.alias_id,
        links.account_id,
        greatest(earlier.known_from, links.known_from) as known_from,
        coalesce(least(earlier.known_until, links.known_until), earlier.known_until, links.known_until) as known_until
    from hop_{{ hop - 1 }} as earlier
    inner join links
        on
            earlier.account_id = links.alias_id
            and earlier.alias_id <> earlier.account_id
            and coalesce(links.known_from < earlier.known_until, true)
            and coalesce(earlier.known_from < links.known_until, true)
),

{% endfor %}
hops as (
    {% for hop in range(1, max_hops + 1) %}
    select
        *,
        {{ hop }} as n_hops
    from hop_{{ hop }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

ranked as (
    select
        *,
        max(case when alias_id = account_id or n_hops = {{ max_hops }} then 1 else 0 end) over (
            partition by alias_id
        ) = 1 as is_circular,
        row_number() over (partition by alias_id, known_from order by n_hops desc) as depth
    from hops
    where known_until is null or known_until > known_from
),

pointed as (
    select
        *,
        lead(known_from) over (partition by alias_id order by known_from) as next_from
    from ranked
    where depth = 1
),

final as (
    select
        alias_id,
        case when not is_circular then account_id end as account_id,
        known_from,
        coalesce(least(next_from, known_until), next_from, known_until) as known_to,
        is_circular
    from pointed
)

select * from final

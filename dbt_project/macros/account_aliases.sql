{# The joins to the account (`aliases`) and to the person (`people`) that an id is on the day a row became known. #}
{% macro alias_of(rows) -%}
{{ stands_for(rows, 'account_id', 'stg_account_aliases', 'alias_id', 'aliases') }}
{%- endmacro %}

{% macro person_of(rows) -%}
{{ stands_for(rows, 'user_id', 'stg_user_aliases', 'alias_user_id', 'people') }}
{%- endmacro %}

{% macro stands_for(rows, id, links, alias_id, name) -%}
left join {{ ref(links) }} as {{ name }}
        on
            {{ rows }}.{{ id }} = {{ name }}.{{ alias_id }}
            and not {{ name }}.is_circular
            and {{ rows }}.known_on >= {{ name }}.known_from
            and ({{ name }}.known_to is null or {{ rows }}.known_on < {{ name }}.known_to)
{%- endmacro %}

{# Versions of what has a state (a ticket, a subscription, a task): those that became known after its account got another
   id are of the new one, and the state in which it was then becomes one more version, of the new account. `content`: what a
   version says, as in known_versions. #}
{% macro with_account_moves(versions, id, content, is_open) %}
    {% set columns = id + content | reject('equalto', 'account_id') | list + ['source_id'] %}
    select
        {% for column in columns %}
        {{ versions }}.{{ column }},
        {% endfor %}
        coalesce(aliases.account_id, {{ versions }}.account_id) as account_id,
        {{ versions }}.versioned_at,
        {{ versions }}.known_on
    from {{ versions }}
    {{ alias_of(versions) }}
    union all
    select
        {% for column in columns %}
        {{ column }},
        {% endfor %}
        new_account_id as account_id,
        greatest(versioned_at, cast(moved_on as timestamp)) as versioned_at,
        moved_on as known_on
    from (
        select
            known.*,
            aliases.account_id as new_account_id,
            aliases.known_from as moved_on
        from (
            select
                {{ versions }}.*,
                lead(known_on) over (partition by {{ id | join(', ') }} order by versioned_at, known_on) as superseded_on
            from {{ versions }}
        ) as known
        inner join {{ ref('stg_account_aliases') }} as aliases
            on
                known.account_id = aliases.alias_id
                and not aliases.is_circular
                and known.known_on < aliases.known_from
                and (known.superseded_on is null or known.superseded_on > aliases.known_from)
    ) as moved
    where {{ is_open }}
{% endmacro %}

{# Where links from an id to another lead in the end, from when until when as known: `links` has alias_id, account_id,
   known_from and known_until, and is a small table: Spark reads it again for every step. While they lead in a circle, or over more than `most_hops`, they lead nowhere. #}
{% macro followed_links(links, most_hops=6) %}
    with hop_1 as (
        select
            alias_id,
            account_id,
            known_from,
            known_until
        from {{ links }}
    ),

    {% for hop in range(2, most_hops + 2) %}
    hop_{{ hop }} as (
        select
            earlier.alias_id,
            later.account_id,
            greatest(earlier.known_from, later.known_from) as known_from,
            coalesce(least(earlier.known_until, later.known_until), earlier.known_until, later.known_until)
                as known_until
        from hop_{{ hop - 1 }} as earlier
        inner join {{ links }} as later
            on
                earlier.account_id = later.alias_id
                and earlier.alias_id <> earlier.account_id
                and coalesce(later.known_from < earlier.known_until, true)
                and coalesce(earlier.known_from < later.known_until, true)
    ),

    {% endfor %}
    hops as (
        {% for hop in range(1, most_hops + 2) %}
        select
            *,
            {{ hop }} as n_hops
        from hop_{{ hop }}
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    days as (
        select
            alias_id,
            known_from as day_date
        from hops
        union
        select
            alias_id,
            known_until as day_date
        from hops
        where known_until is not null
    ),

    -- on each day on which something changed, the longest way that is known
    ways as (
        select
            days.alias_id,
            days.day_date,
            hops.account_id,
            row_number() over (partition by days.alias_id, days.day_date order by hops.n_hops desc) as place,
            max(case when hops.account_id = days.alias_id or hops.n_hops > {{ most_hops }} then 1 else 0 end) over (
                partition by days.alias_id, days.day_date
            ) as is_circular
        from days
        left join hops
            on
                days.alias_id = hops.alias_id
                and days.day_date >= hops.known_from
                and (hops.known_until is null or days.day_date < hops.known_until)
    ),

    told as (
        select
            alias_id,
            day_date,
            case when is_circular = 1 then '' else coalesce(account_id, '-') end as leads_to
        from ways
        where place = 1
    ),

    changed as (
        select
            *,
            lag(leads_to) over (partition by alias_id order by day_date) as led_to
        from told
    ),

    spells as (
        select
            *,
            lead(day_date) over (partition by alias_id order by day_date) as next_date
        from changed
        where led_to is null or leads_to <> led_to
    )

    select
        alias_id,
        nullif(leads_to, '') as account_id,
        day_date as known_from,
        next_date as known_to,
        leads_to = '' as is_circular
    from spells
    where leads_to <> '-'
{% endmacro %}

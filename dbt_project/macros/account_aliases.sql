{# The join to the alias that an account's id is on the day a row became known. #}
{% macro alias_of(rows) -%}
left join {{ ref('stg_account_aliases') }} as aliases
        on
            {{ rows }}.account_id = aliases.alias_id
            and not aliases.is_circular
            and {{ rows }}.known_on >= aliases.known_from
            and (aliases.known_to is null or {{ rows }}.known_on < aliases.known_to)
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
            {{ versions }}.*,
            aliases.account_id as new_account_id,
            aliases.known_from as moved_on,
            row_number() over (
                partition by {{ id | join(', ') }}, aliases.known_from
                order by {{ versions }}.versioned_at desc, {{ versions }}.known_on desc
            ) as recency
        from {{ versions }}
        inner join {{ ref('stg_account_aliases') }} as aliases
            on
                {{ versions }}.account_id = aliases.alias_id
                and not aliases.is_circular
                and {{ versions }}.known_on <= aliases.known_from
    ) as moved
    where recency = 1 and known_on < moved_on and {{ is_open }}
{% endmacro %}

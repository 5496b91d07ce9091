{# Rows of a landed entity, each key with every version that became known: a version that says the same as the one before
   it is none. Adds version_number and known_until, the day from which a newer one is known; null for the newest. #}
{% macro known_versions(relation, key, content) %}
    select
        changed.*,
        row_number() over (partition by {{ key | join(', ') }} order by known_on) as version_number,
        lead(known_on) over (partition by {{ key | join(', ') }} order by known_on) as known_until
    from (
        select
            sayings.*,
            lag(saying) over (partition by {{ key | join(', ') }} order by known_on) as saying_before
        from (
            select
                *,
                concat_ws(
                    '|'{% for column in content %},
                    coalesce(cast({{ column }} as {{ dbt.type_string() }}), '~'){% endfor %}

                ) as saying,
                row_number() over (partition by {{ key | join(', ') }}, known_on order by source_id, pull_id desc) as copy_number
            from {{ relation }}
        ) as sayings
        where copy_number = 1
    ) as changed
    where saying_before is null or saying <> saying_before
{% endmacro %}

{# Of each day the newest version that says something of now: one that became known late, of a time before the newest
   one, does not. #}
{% macro newest_of_each_day(relation, id) %}
    select *
    from (
        select
            *,
            row_number() over (partition by {{ id }}, known_on order by updated_at desc) as recency,
            max(updated_at) over (
                partition by {{ id }} order by known_on, updated_at rows between unbounded preceding and 1 preceding
            ) as newest_before
        from {{ relation }}
    ) as versions
    where recency = 1 and coalesce(updated_at >= newest_before, true)
{% endmacro %}

{# When a version came to be. One that changed without a time of change of its own is new as of the pull; those that say
   the same time are told apart by microseconds. #}
{% macro version_time(updated_at, default) %}
{%- set as_of_the_pull = 'greatest(' ~ updated_at ~ ', cast(known_on as timestamp))' -%}
{%- set is_new = 'version_number > 1 and ' ~ updated_at ~ ' = ' ~ default -%}
{{ microseconds_later('case when ' ~ is_new ~ ' then ' ~ as_of_the_pull ~ ' else ' ~ updated_at ~ ' end', 'version_number - 1') }}
{%- endmacro %}

{# A time so many microseconds later: DuckDB adds an interval, Spark counts from 1970. #}
{% macro microseconds_later(time, n) %}{{ return(adapter.dispatch('microseconds_later')(time, n)) }}{% endmacro %}

{% macro default__microseconds_later(time, n) %}(({{ time }}) + to_microseconds({{ n }})){% endmacro %}

{% macro spark__microseconds_later(time, n) %}timestamp_micros(unix_micros({{ time }}) + ({{ n }})){% endmacro %}

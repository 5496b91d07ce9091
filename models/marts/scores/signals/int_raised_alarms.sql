-- Alarms that are reported: the first of a signal, and then the next that is four weeks later or half as large again.
-- Grain: one row per scope, subject, signal_id and scored_on.

-- Each reported alarm knows the one reported after it, whatever came between. From the first alarm on this is a chain;
-- it is followed in jumps of 1, 2, 4 and so on, 256 in all.
{% set series = 'scope, subject, signal_id' %}

with numbered as (
    select
        {{ series }},
        scored_on,
        own_change,
        row_number() over (partition by {{ series }} order by scored_on) as position
    from {{ ref('int_alarms') }}
),

jumps_0 as (
    select
        numbered.scope,
        numbered.subject,
        numbered.signal_id,
        numbered.position,
        min(later.position) as next_position
    from numbered
    inner join numbered as later
        on
            numbered.scope = later.scope
            and numbered.subject = later.subject
            and numbered.signal_id = later.signal_id
            and numbered.position < later.position
            and (
                {{ days_between('numbered.scored_on', 'later.scored_on') }} > 28
                or later.own_change <= numbered.own_change - 0.5 * abs(numbered.own_change)
            )
    group by numbered.scope, numbered.subject, numbered.signal_id, numbered.position
),

raised_0 as (
    select {{ series }}, position
    from numbered
    where position = 1
),

{% for step in range(8) %}
raised_{{ step + 1 }} as (
    select {{ series }}, position from raised_{{ step }}
    union
    select
        raised.scope,
        raised.subject,
        raised.signal_id,
        jumps.next_position as position
    from raised_{{ step }} as raised
    inner join jumps_{{ step }} as jumps
        on {{ same_keys('raised', 'jumps', series.split(', ') + ['position']) }}
),

{% if not loop.last %}
jumps_{{ step + 1 }} as (
    select
        jumps.scope,
        jumps.subject,
        jumps.signal_id,
        jumps.position,
        onward.next_position
    from jumps_{{ step }} as jumps
    inner join jumps_{{ step }} as onward
        on
            jumps.scope = onward.scope
            and jumps.subject = onward.subject
            and jumps.signal_id = onward.signal_id
            and jumps.next_position = onward.position
),
{% endif %}
{% endfor %}

final as (
    select
        numbered.scope,
        numbered.subject,
        numbered.signal_id,
        numbered.scored_on
    from numbered
    inner join raised_8 on {{ same_keys('numbered', 'raised_8', series.split(', ') + ['position']) }}
)

select * from final

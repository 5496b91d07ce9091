-- Alarms that are reported: the first of a signal, and then the next that is four weeks later or half as large again.
-- Grain: one row per scope, subject, signal_id and scored_on.

{% set series = ['scope', 'subject', 'signal_id'] %}
{% set is_later = days_between('earlier.scored_on', 'later.scored_on') ~ ' > 28' %}
{% set is_worse = 'later.own_change <= earlier.own_change - 0.5 * abs(earlier.own_change)' %}

with recursive numbered as (
    select
        {{ series | join(', ') }},
        scored_on,
        own_change,
        row_number() over (partition by {{ series | join(', ') }} order by scored_on) as position
    from {{ ref('int_alarms') }}
),

{{ chain('numbered', series, is_later ~ ' or ' ~ is_worse) }},

final as (
    select scope, subject, signal_id, scored_on
    from chain
)

select * from final

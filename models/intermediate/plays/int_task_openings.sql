-- When the state of an account opens a task: at the first sign, and again after a while as long as it lasts.
-- Grain: one row per task_id.

-- Weeks end on Sundays, which decide; what the days since the last one call for is proposed until the next. One
-- Sunday without the trigger is a breath, two in a row end the spell. Within a spell a task opens a play's
-- repeat_after_days after the one before it, or at the next sign after that. It keeps the day of its week on which it
-- was called for first, as far as that day was scored. Nothing here depends on what was done about it.
{% set series = ['account_id', 'play_id', 'spell_from'] %}
{% set due = next_weekday(add_days('first_days.first_called_on', 'chain.due_days')) %}

with recursive plays as (
    select * from {{ ref('plays') }}
),

days as (
    select
        *,
        {{ add_days('scored_on', 'mod(7 - ' ~ day_of_week('scored_on') ~ ', 7)') }} as week
    from {{ ref('int_play_trigger_days') }}
    where is_chosen and scored_on <= {{ last_day() }}
),

first_days as (
    select
        account_id,
        play_id,
        week,
        min(scored_on) as first_called_on
    from days
    group by account_id, play_id, week
),

followed as (
    select
        *,
        lag(week) over (partition by account_id, play_id order by week) as week_before
    from days
    where {{ day_of_week('scored_on') }} = 0 or scored_on = {{ last_day() }}
),

spells as (
    select
        *,
        max(case when week_before is null or {{ days_between('week_before', 'week') }} > 14 then week end) over (
            partition by account_id, play_id order by week
            rows between unbounded preceding and current row
        ) as spell_from
    from followed
),

placed as (
    select
        *,
        max(week) over (partition by account_id, play_id, spell_from) as last_week,
        row_number() over (partition by {{ series | join(', ') }} order by week) as position
    from spells
),

numbered as (
    select
        placed.*,
        plays.due_days,
        plays.repeat_after_days
    from placed
    inner join plays on placed.play_id = plays.play_id
),

{{ chain(
    'numbered', series, days_between('earlier.week', 'later.week') ~ ' >= earlier.repeat_after_days'
) }},

final as (
    select
        md5(concat(chain.account_id, '|', chain.play_id, '|', cast(chain.week as {{ dbt.type_string() }}))) as task_id,
        chain.account_id,
        chain.play_id,
        first_days.first_called_on as opened_on,
        chain.scored_on as decided_on,
        chain.scored_on < chain.week as is_proposed,
        chain.reason,
        -- before the renewal it is for, and not before it opens
        case
            when chain.renewal_date is null then {{ due }}
            else greatest(
                first_days.first_called_on, least({{ due }}, {{ previous_weekday(add_days('chain.renewal_date', -1)) }})
            )
        end as due_date,
        case
            when {{ days_between('chain.last_week', last_day()) }} >= 14
                then {{ add_days('chain.last_week', 14) }}
        end as not_needed_from
    from chain
    inner join first_days
        on {{ same_keys('chain', 'first_days', ['account_id', 'play_id', 'week']) }}
)

select * from final

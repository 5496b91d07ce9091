-- When the state of an account opens a task: at the first sign, and again after a while as long as it lasts.
-- Grain: one row per task_id.

-- Weeks end on Sundays, which decide; what the days since the last one call for is proposed until the next. One
-- Sunday without the trigger is a breath, two in a row end the spell. Within a spell a task opens a play's
-- repeat_after_days after the one before it, or at the next sign after that; what had ended before the index first ran
-- was seen by nobody and makes no one wait. It keeps the day of its week on which it
-- was called for first, as far as that day was scored. Nothing here depends on what was done about it.
{% set series = ['account_id', 'play_id', 'spell_from'] %}
{% set due = next_weekday(add_days('first_days.first_called_on', 'plays.due_days')) %}

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
        first_days.first_called_on,
        plays.repeat_after_days,
        plays.expires_after_days,
        first_run.run_on,
        -- before the renewal it is for, and not before it opens
        case
            when placed.renewal_date is null then {{ due }}
            else greatest(
                first_days.first_called_on,
                least({{ due }}, {{ previous_weekday(add_days('placed.renewal_date', -1)) }})
            )
        end as due_date
    from placed
    inner join plays on placed.play_id = plays.play_id
    inner join first_days on {{ same_keys('placed', 'first_days', ['account_id', 'play_id', 'week']) }}
    cross join {{ first_run() }} as first_run
),

{{ chain(
    'numbered', series,
    days_between('earlier.week', 'later.week') ~ ' >= earlier.repeat_after_days'
    ~ ' or (later.week >= earlier.run_on and ' ~ add_days('earlier.due_date', 'earlier.expires_after_days + 1')
    ~ ' < earlier.run_on)'
) }},

final as (
    select
        md5(concat(account_id, '|', play_id, '|', cast(week as {{ dbt.type_string() }}))) as task_id,
        account_id,
        play_id,
        first_called_on as opened_on,
        scored_on as decided_on,
        scored_on < week as is_proposed,
        reason,
        renewal_date,
        due_date,
        case
            when {{ days_between('last_week', last_day()) }} >= 14 then {{ add_days('last_week', 14) }}
        end as not_needed_from,
        run_on
    from chain
)

select * from final

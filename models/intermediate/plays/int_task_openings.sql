-- When the state of an account opens a task: at the first sign, and again after a while as long as it lasts.
-- Grain: one row per task_id.

-- Weeks end on Sundays, which decide; what the days since the last one call for is proposed until the next. One
-- Sunday without the trigger is a breath, two in a row end the spell. Nothing here depends on what was done about it.

with plays as (
    select * from {{ ref('plays') }}
),

weeks as (
    select
        *,
        {{ add_days('scored_on', 'mod(7 - ' ~ day_of_week('scored_on') ~ ', 7)') }} as week
    from {{ ref('int_play_trigger_days') }}
    where scored_on <= {{ last_day() }} and ({{ day_of_week('scored_on') }} = 0 or scored_on = {{ last_day() }})
),

followed as (
    select
        *,
        lag(week) over (partition by account_id, play_id order by week) as week_before
    from weeks
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

cycles as (
    select
        spells.*,
        floor({{ days_between('spells.spell_from', 'spells.week') }} / plays.repeat_after_days) as cycle,
        max(spells.week) over (partition by spells.account_id, spells.play_id, spells.spell_from) as last_week
    from spells
    inner join plays on spells.play_id = plays.play_id
),

openings as (
    select
        account_id,
        play_id,
        is_held_out,
        min(week) as week,
        min(scored_on) as opened_on,
        min_by(reason, week) as reason,
        max(last_week) as last_week
    from cycles
    group by account_id, play_id, is_held_out, spell_from, cycle
),

final as (
    select
        md5(concat(openings.account_id, '|', openings.play_id, '|', cast(openings.week as {{ dbt.type_string() }})))
            as task_id,
        openings.account_id,
        openings.play_id,
        openings.opened_on,
        openings.opened_on < openings.week as is_proposed,
        openings.reason,
        openings.is_held_out,
        {{ next_weekday(add_days('openings.opened_on', 'plays.due_days')) }} as due_date,
        case
            when {{ days_between('openings.last_week', last_day()) }} >= 14
                then {{ add_days('openings.last_week', 14) }}
        end as not_needed_from
    from openings
    inner join plays on openings.play_id = plays.play_id
)

select * from final

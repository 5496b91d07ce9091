-- Outcome of the tasks of each play: closure, what people reported, and what was measured.
-- Grain: one row per play_id, segment_attribute and segment_value.

-- Tasks of before the index first ran count only if people had them. segment_attribute owner_id has the same for each
-- owner's tasks, without an effect.

with tasks as (
    select * from {{ ref('int_task_states') }}
    where was_shown and status <> 'proposed'
),

groups as (
    select * from {{ ref('int_account_segments') }}
),

plays as (
    select * from {{ ref('plays') }}
),

effects as (
    select * from {{ ref('fct_play_effects') }}
),

grouped as (
    select
        tasks.*,
        groups.segment_attribute,
        groups.segment_value
    from tasks
    inner join groups
        on
            tasks.account_id = groups.account_id
            and tasks.opened_on >= groups.known_on
            and (groups.known_until is null or tasks.opened_on < groups.known_until)
    union all
    select
        *,
        'owner_id' as segment_attribute,
        owner_id as segment_value
    from tasks
),

counted as (
    select
        play_id,
        segment_attribute,
        segment_value,
        count(*) as n_tasks,
        count(case when is_open then 1 end) as n_open,
        count(case when status = 'done' then 1 end) as n_done,
        count(case when status = 'expired' then 1 end) as n_expired,
        count(case when not is_open and status not in ('not_needed', 'taken_over') then 1 end) as n_ended,
        count(case when is_on_time then 1 end) as n_on_time,
        count(case when outcome = 'yes' then 1 end) as n_said_yes,
        count(case when outcome = 'no' then 1 end) as n_said_no,
        count(case when outcome = 'unclear' then 1 end) as n_said_unclear
    from grouped
    group by play_id, segment_attribute, segment_value
),

lessons as (
    select
        play_id,
        max_by(lesson, concat(cast(decided_on as {{ dbt.type_string() }}), decision_id)) as last_lesson
    from {{ ref('decisions') }}
    where lesson is not null and lesson <> '' and decided_on <= {{ last_day() }}
    group by play_id
),

-- a randomised comparison is stronger evidence than a matched one
best as (
    select
        *,
        row_number() over (
            partition by play_id, measure, segment_attribute, segment_value order by comparison
        ) as place
    from effects
),

final as (
    select
        counted.*,
        plays.name,
        lessons.last_lesson,
        counted.n_done * 1.0e0 / nullif(counted.n_ended, 0) as closure_ratio,
        counted.n_on_time * 1.0e0 / nullif(counted.n_done, 0) as on_time_ratio,
        counted.n_said_yes * 1.0e0 / nullif(counted.n_said_yes + counted.n_said_no + counted.n_said_unclear, 0)
            as said_yes_ratio,
        churn.comparison,
    {% for measure in ['resolved', 'objective', 'score', 'churn'] %}
    {{ measure }}.effect as {{ measure }}_effect,
    {{ measure }}.effect_low as {{ measure }}_effect_low,
    {{ measure }}.effect_high as {{ measure }}_effect_high,
    {{ measure }}.verdict as {{ measure }}_verdict{{ ',' if not loop.last }}
    {% endfor %}
    from counted
    inner join plays on counted.play_id = plays.play_id
    left join lessons on counted.play_id = lessons.play_id
    {% for measure in ['resolved', 'objective', 'score', 'churn'] %}
    left join best as {{ measure }}
        on
            {{ same_keys('counted', measure, ['play_id', 'segment_attribute', 'segment_value']) }}
            and {{ measure }}.measure = '{{ measure }}'
            and {{ measure }}.place = 1
    {% endfor %}
)

select * from final

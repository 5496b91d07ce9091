-- Every task up to the last day, recommended or reported, with its outcome.
-- Grain: one row per task_id.

{% set same = ['account_id', 'play_id'] %}
{% set expires = add_days('joined.due_date', 'plays.expires_after_days') %}

with plays as (
    select * from {{ ref('plays') }}
),

openings as (
    select * from {{ ref('int_task_openings') }}
),

reported as (
    select * from {{ ref('int_reported_tasks') }}
),

ends as (
    select * from {{ ref('int_account_follow_up') }}
),

-- reported tasks: due as reported, else as recommended, else as the play defines
in_tool as (
    select
        reported.*,
        openings.task_id is null as is_own_accord,
        coalesce(
            reported.due_date,
            openings.due_date,
            {{ next_weekday(add_days('reported.opened_on', 'plays.due_days')) }}
        ) as due_on,
        plays.expires_after_days,
        {{ add_days('reported.closed_on', 'plays.repeat_after_days') }} as rests_until
    from reported
    left join openings on reported.task_id = openings.task_id
    inner join plays on reported.play_id = plays.play_id
),

others as (
    select
        openings.task_id, openings.decided_on,
        in_tool.known_on, in_tool.is_own_accord, in_tool.closed_known_on, in_tool.rests_until,
        in_tool.state = 'done' as was_done, in_tool.opened_on < openings.run_on as is_of_before,
        {{ add_days('in_tool.due_on', 'in_tool.expires_after_days') }} as expires_on
    from openings
    inner join in_tool on {{ same_keys('openings', 'in_tool', same) }} and openings.task_id <> in_tool.task_id
),

-- a play that somebody has in hand, or did of their own accord or before the index ran, is not asked for again
in_hand as (
    select distinct task_id
    from others
    where
        known_on <= decided_on
        and case
            when closed_known_on <= decided_on
                then was_done and (is_own_accord or is_of_before) and rests_until > decided_on
            else expires_on >= decided_on
        end
),

taken_over as (
    select
        task_id,
        min(known_on) as taken_over_on
    from others
    where known_on > decided_on
    group by task_id
),

recommended as (
    select
        openings.*,
        taken_over.taken_over_on
    from openings
    left join in_hand on openings.task_id = in_hand.task_id
    left join taken_over on openings.task_id = taken_over.task_id
    where in_hand.task_id is null
),

joined as (
    select
        coalesce(recommended.task_id, in_tool.task_id) as task_id,
        coalesce(recommended.account_id, in_tool.account_id) as account_id,
        coalesce(recommended.play_id, in_tool.play_id) as play_id,
        case when recommended.task_id is null then 'reported' else 'recommended' end as origin,
        coalesce(recommended.is_proposed and in_tool.task_id is null, false) as is_proposed,
        -- what people took up before Sunday decided is no proposal any more, and began when they did
        case
            when in_tool.known_on <= recommended.decided_on then in_tool.opened_on
            else coalesce(recommended.opened_on, in_tool.opened_on)
        end as opened_on,
        coalesce(in_tool.due_on, recommended.due_date) as due_date,
        in_tool.task_id is not null as is_taken_up,
        recommended.reason, recommended.not_needed_from, recommended.renewal_date,
        case when in_tool.task_id is null then recommended.taken_over_on end as taken_over_on,
        in_tool.owner_id as reported_owner_id,
        in_tool.state,
        in_tool.closed_on as reported_closed_on,
        in_tool.outcome, in_tool.annotation, in_tool.effort_hours
    from recommended
    full outer join in_tool on recommended.task_id = in_tool.task_id
),

final as (
    select
        joined.*,
        -- what a renewal calls for ends with it
        case
            when joined.renewal_date is null then {{ expires }}
            else least({{ expires }}, greatest(joined.renewal_date, joined.due_date))
        end as expires_on,
        ends.gone_since as account_left_on
    from joined
    inner join plays on joined.play_id = plays.play_id
    inner join ends on joined.account_id = ends.account_id
)

select * from final

-- What to do next, who should do it and by when, for the last day of each build; blockers first, then cheap wins.
-- Grain: one row per scored_on and task_id.

{{ config(materialized='incremental', partition_by='scored_on', pre_hook="{{ clear_window('scored_on') }}") }}

with scores as (
    select * from {{ ref('fct_account_scores') }}
    where is_published and scored_on = {{ last_day() }}
),

journeys as (
    select * from {{ ref('fct_onboarding_journeys') }}
    where as_of = {{ last_day() }}
),

overdue as (
    select
        account_id,
        milestone_id
    from {{ ref('int_milestone_states') }}
    where scored_on = {{ last_day() }} and attained_at is null and target_date < scored_on
),

-- each trigger kind is a fact about an account: its band, a milestone it should have reached, its diagnosis
facts as (
    select account_id, 'band' as kind, band as value, concat('band ', band) as reason from scores
    union all
    select account_id, 'milestone' as kind, milestone_id as value, concat(milestone_id, ' is overdue') as reason
    from overdue
    union all
    select account_id, 'diagnosis' as kind, diagnosis as value, concat('diagnosis ', diagnosis) as reason from journeys
    union all
    select account_id, 'stall' as kind, stage as value, concat('stalled in ', stage) as reason from journeys
    where is_stalled
),

triggered as (
    select
        scores.account_id,
        scores.scored_on,
        scores.csm_id,
        scores.mrr,
        triggers.play_id,
        min(facts.reason) as reason
    from scores
    inner join facts on scores.account_id = facts.account_id
    inner join {{ ref('play_triggers') }} as triggers
        on
            facts.kind = triggers.kind
            and facts.value = triggers.value
            and triggers.segment_attribute in ('all', scores.segment_attribute)
            and triggers.segment_value in ('all', scores.segment_value)
    group by scores.account_id, scores.scored_on, scores.csm_id, scores.mrr, triggers.play_id
),

final as (
    select
        triggered.scored_on,
        md5(concat(triggered.account_id, '|', triggered.play_id)) as task_id,
        triggered.account_id,
        triggered.play_id,
        plays.task,
        coalesce(case when plays.owner_role = 'csm' then triggered.csm_id end, plays.owner_role) as owner_id,
        {{ next_weekday(add_days('triggered.scored_on', 'plays.due_days')) }} as due_date,
        plays.deliverable,
        plays.objective_metric_id,
        plays.channel,
        triggered.reason,
        plays.effort_hours,
        triggered.mrr * plays.prior_effect / plays.effort_hours as priority_value,
        cast(row_number() over (
            partition by coalesce(case when plays.owner_role = 'csm' then triggered.csm_id end, plays.owner_role)
            order by
                plays.priority asc, triggered.mrr * plays.prior_effect / plays.effort_hours desc, triggered.account_id
        ) as integer) as rank_in_worklist
    from triggered
    inner join {{ ref('plays') }} as plays on triggered.play_id = plays.play_id
)

select * from final

-- Plays that the state of each account calls for on each scored day, before it is known who works on them.
-- Grain: one row per account_id, scored_on and play_id.

{{ config(materialized='incremental', partition_by='scored_on') }}

with scores as (
    select * from {{ ref('int_account_score_days') }}
    where
        is_published and scored_on between {{ first_day() }} and {{ last_day() }}
        and coalesce(lifecycle, 'none') not in ('churned', 'completed')
),

bands as (
    select * from {{ ref('int_account_bands') }}
),

standings as (
    select * from {{ ref('int_journey_states') }}
),

overdue as (
    select * from {{ ref('int_milestone_states') }}
    where attained_at is null and target_date < scored_on
),

triggers as (
    select * from {{ ref('play_triggers') }}
),

plays as (
    select * from {{ ref('plays') }}
),

groups as (
    select * from {{ ref('int_account_segments') }}
),

-- each kind of trigger is a fact about an account: its band, what is overdue, its diagnosis, where it stalls
facts as (
    select
        scores.account_id,
        scores.scored_on,
        'band' as kind,
        bands.band as value,
        concat('band ', bands.band) as reason
    from scores
    inner join bands on {{ same_keys('scores', 'bands', ['account_id', 'scored_on', 'rubric_version']) }}
    union all
    select account_id, scored_on, 'category' as kind, category as value, concat('weak in ', category) as reason
    from {{ ref('int_weak_categories') }}
    union all
    select
        account_id, scored_on, 'milestone' as kind, milestone_id as value, concat(milestone_id, ' is overdue') as reason
    from overdue
    union all
    select account_id, scored_on, 'diagnosis' as kind, diagnosis as value, concat('diagnosis ', diagnosis) as reason
    from standings
    union all
    select account_id, scored_on, 'stall' as kind, stage as value, concat('stalled in ', stage) as reason
    from standings
    where stalled_on is not null
),

final as (
    select
        scores.account_id,
        scores.scored_on,
        triggers.play_id,
        min(facts.reason) as reason,
        {{ hash_ratio("concat(scores.account_id, '|', triggers.play_id)") }} < coalesce(max(plays.holdout_ratio), 0.0)
        and coalesce(scores.scored_on >= max(plays.holdout_from), false)
        and coalesce(scores.scored_on <= max(plays.holdout_until), true) as is_held_out
    from scores
    inner join facts on scores.account_id = facts.account_id and scores.scored_on = facts.scored_on
    inner join triggers on facts.kind = triggers.kind and facts.value = triggers.value
    inner join plays on triggers.play_id = plays.play_id and scores.scored_on >= plays.valid_from
    inner join groups
        on
            scores.account_id = groups.account_id
            and triggers.segment_attribute = groups.segment_attribute
            and triggers.segment_value = groups.segment_value
            and scores.scored_on >= groups.known_on
            and (groups.known_until is null or scores.scored_on < groups.known_until)
    group by scores.account_id, scores.scored_on, triggers.play_id
)

select * from final

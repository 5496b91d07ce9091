-- Stages that each account had entered by a scored day, and the stage that came next, churned accounts included.
-- Grain: one row per account_id, scored_on and stage.

{% set way = 'partition by account_id, scored_on order by entered_at, sequence' %}

with accounts as (
    select * from {{ ref('int_account_start_versions') }}
),

exclusions as (
    select * from {{ ref('int_account_exclusions') }}
),

scored_days as (
    select * from {{ ref('int_scored_days') }}
),

stages as (
    select * from {{ ref('stages') }}
),

history as (
    select * from {{ ref('int_milestone_history') }}
),

counted as (
    select
        accounts.account_id,
        scored_days.scored_on,
        accounts.started_date
    from accounts
    inner join scored_days
        on
            scored_days.scored_on >= accounts.started_date
            and scored_days.scored_on >= accounts.known_from
            and (accounts.known_to is null or scored_days.scored_on < accounts.known_to)
    left join exclusions
        on {{ is_excluded_on('scored_days.scored_on') }}
    where exclusions.account_id is null
),

entries as (
    select
        counted.account_id,
        counted.scored_on,
        stages.sequence,
        stages.stage_id,
        cast(counted.started_date as timestamp) as entered_at
    from counted
    inner join stages on stages.sequence = 1
    union all
    select
        counted.account_id,
        counted.scored_on,
        stages.sequence,
        stages.stage_id,
        greatest(max(history.attained_at), cast(max(counted.started_date) as timestamp)) as entered_at
    from counted
    inner join history
        on
            counted.account_id = history.account_id
            and counted.scored_on >= history.known_from
            and (history.known_to is null or counted.scored_on < history.known_to)
    inner join stages on history.milestone_id = stages.unlock_milestone_id
    group by counted.account_id, counted.scored_on, stages.sequence, stages.stage_id
),

-- a stage that is unlocked after a later one is not gone back to
forward as (
    select
        *,
        max(sequence) over ({{ way }} rows between unbounded preceding and 1 preceding) as furthest_before
    from entries
),

final as (
    select
        account_id,
        scored_on,
        sequence,
        stage_id as stage,
        entered_at,
        cast(entered_at as date) as entered_on,
        lead(stage_id) over ({{ way }}) as next_stage,
        lead(cast(entered_at as date)) over ({{ way }}) as next_entered_on
    from forward
    where furthest_before is null or sequence > furthest_before
)

select * from final

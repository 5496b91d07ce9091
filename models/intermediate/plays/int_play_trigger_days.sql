-- Plays that the state of each account calls for on each scored day, and which of them fits it best.
-- Grain: one row per account_id, scored_on and play_id.

{{ config(materialized='incremental', partition_by='scored_on') }}

with facts as (
    select * from {{ ref('int_play_facts') }}
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

unmet as (
    select * from {{ ref('int_unmet_play_conditions') }}
),

called_for as (
    select
        facts.account_id,
        facts.scored_on,
        triggers.play_id,
        min_by(facts.reason, concat({{ precision_of_trigger('triggers.kind') }}, '|', facts.reason)) as reason,
        min({{ precision_of_trigger('triggers.kind') }}) as precision_rank,
        max(plays.priority) as priority,
        min(facts.renewal_date) as renewal_date,
        {{ hash_ratio("concat(facts.account_id, '|', triggers.play_id)") }} < coalesce(max(plays.holdout_ratio), 0.0)
        and coalesce(facts.scored_on >= max(plays.holdout_from), false)
        and coalesce(facts.scored_on <= max(plays.holdout_until), true) as is_held_out
    from facts
    inner join triggers on facts.kind = triggers.kind and facts.value = triggers.value
    inner join plays on triggers.play_id = plays.play_id and facts.scored_on >= plays.valid_from
    inner join groups
        on
            facts.account_id = groups.account_id
            and triggers.segment_attribute = groups.segment_attribute
            and triggers.segment_value = groups.segment_value
            and facts.scored_on >= groups.known_on
            and (groups.known_until is null or facts.scored_on < groups.known_until)
    left join unmet
        on {{ same_keys('facts', 'unmet', ['account_id', 'scored_on']) }} and triggers.play_id = unmet.play_id
    where unmet.play_id is null
    group by facts.account_id, facts.scored_on, triggers.play_id
),

-- the most urgent play, then the one that says most of the account; who is held out of one play gets the next
final as (
    select
        account_id,
        scored_on,
        play_id,
        reason,
        renewal_date,
        is_held_out,
        not is_held_out and row_number() over (
            partition by account_id, scored_on, is_held_out order by priority, precision_rank, play_id
        ) = 1 as is_chosen
    from called_for
)

select * from final

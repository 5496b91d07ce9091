-- Probability of each transition between stages, smoothed so that a transition not seen yet is not impossible.
-- Grain: one row per scored_on, segment_attribute, segment_value, stage and left_to.

-- Half an observation for each possible move (Jeffreys' prior): later stages, and leaving. Staying is no move.

with exits as (
    select * from {{ ref('int_stage_exits') }}
),

stages as (
    select * from {{ ref('stages') }}
),

groups as (
    select
        scored_on,
        segment_attribute,
        segment_value,
        stage,
        sum(case when left_to <> 'open' then n else 0 end) as n_moved,
        sum(n) as n_entered,
        sum(case when left_to <> 'open' then total_days end) as total_days
    from exits
    group by scored_on, segment_attribute, segment_value, stage
),

moves as (
    select
        stages.stage_id as stage,
        stages.sequence,
        later.stage_id as left_to,
        later.sequence as to_sequence
    from stages
    inner join stages as later on stages.sequence < later.sequence
    union all
    select stage_id as stage, sequence, 'churned' as left_to, null as to_sequence
    from stages
),

final as (
    select
        groups.scored_on,
        groups.segment_attribute,
        groups.segment_value,
        groups.stage,
        moves.left_to,
        moves.sequence,
        moves.to_sequence,
        groups.n_entered,
        groups.n_moved,
        groups.total_days / nullif(groups.n_moved, 0) as mean_days,
        coalesce(exits.n, 0) as n,
        (coalesce(exits.n, 0) + 0.5e0) / (groups.n_moved + 0.5e0 * count(*) over (
            partition by groups.scored_on, groups.segment_attribute, groups.segment_value, groups.stage
        )) as probability
    from groups
    inner join moves on groups.stage = moves.stage
    left join exits
        on
            groups.scored_on = exits.scored_on
            and groups.segment_attribute = exits.segment_attribute
            and groups.segment_value = exits.segment_value
            and groups.stage = exits.stage
            and moves.left_to = exits.left_to
)

select * from final

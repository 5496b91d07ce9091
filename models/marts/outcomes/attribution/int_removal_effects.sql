-- What share of expansions would be missing if a kind of touch led nowhere: the removal effect of an absorbing chain.
-- Grain: one row per touch_type.

-- Anderl, Becker, von Wangenheim and Schumann (2016). Probabilities by elimination of one state after another, in the chain
-- as it is and with each kind leading nowhere. The start is state 1; the border (100) holds what is asked for.
{% set border = 100 %}

with moves as (
    select * from {{ ref('int_touch_moves') }}
),

states as (
    select
        from_state as state,
        max(from_type) as touch_type
    from moves
    group by from_state
),

-- 0 removes nothing
variants as (
    select cast(0 as bigint) as removed
    union all
    select state as removed from states
    where state > 1
),

matrix as (
    select
        variants.removed,
        one.state as row_index,
        other.state as column_index,
        case when one.state = other.state then 1.0e0 else 0.0e0 end
        - case when one.state = variants.removed then 0.0e0 else coalesce(moves.probability, 0.0e0) end as cell
    from variants
    cross join states as one
    cross join states as other
    left join moves on one.state = moves.from_state and other.state = moves.to_state
    union all
    select
        variants.removed,
        states.state as row_index,
        {{ border }} as column_index,
        case when states.state = variants.removed then 0.0e0 else coalesce(moves.probability, 0.0e0) end as cell
    from variants
    cross join states
    left join moves on states.state = moves.from_state and moves.ends_in = 'an expansion'
    union all
    select
        variants.removed,
        {{ border }} as row_index,
        states.state as column_index,
        case when states.state = 1 then -1.0e0 else 0.0e0 end as cell
    from variants
    cross join states
    union all
    select removed, {{ border }} as row_index, {{ border }} as column_index, 0.0e0 as cell from variants
),

{{ schur_complement('matrix', 'removed', max_touch_types() + 1) }},

probabilities as (
    select
        removed,
        cell as probability
    from eliminated_{{ max_touch_types() + 1 }}
),

final as (
    select
        states.touch_type,
        whole.probability as expansion_ratio,
        without.probability as expansion_ratio_without,
        -- rounded: what a kind of touch that plays no part leaves out is nothing, not the last digit of something
        round(1.0e0 - without.probability / nullif(whole.probability, 0.0e0), 12) as removal_effect
    from states
    inner join probabilities as without on states.state = without.removed
    inner join probabilities as whole on whole.removed = 0
)

select * from final

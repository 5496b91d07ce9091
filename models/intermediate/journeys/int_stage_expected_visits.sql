-- Expected visits of each stage on the way from another one: the fundamental matrix of the Markov chain.
-- Grain: one row per scored_on, segment_attribute, segment_value, sequence and visited_sequence.

-- Kemeny and Snell 1960: N = (I - Q)^-1, solved by elimination; at most six stages before value.
{% set keys = 'scored_on, segment_attribute, segment_value' %}

with transitions as (
    select * from {{ ref('int_stage_transition_probabilities') }}
),

value_stage as (
    select min(stages.sequence) as value_sequence
    from {{ ref('stages') }} as stages
    inner join {{ ref('milestones') }} as milestones on stages.unlock_milestone_id = milestones.milestone_id
    where milestones.kind = 'first_value'
),

before_value as (
    select transitions.*
    from transitions
    inner join value_stage on transitions.sequence < value_stage.value_sequence
),

transient as (
    select distinct {{ keys }}, sequence
    from before_value
),

pairs as (
    select
        one.scored_on,
        one.segment_attribute,
        one.segment_value,
        one.sequence as row_index,
        other.sequence as column_index,
        case when one.sequence = other.sequence then 1.0e0 else 0.0e0 end as identity_cell,
        coalesce(before_value.probability, 0.0e0) as probability
    from transient as one
    inner join transient as other
        on
            one.scored_on = other.scored_on
            and one.segment_attribute = other.segment_attribute
            and one.segment_value = other.segment_value
    left join before_value
        on
            one.scored_on = before_value.scored_on
            and one.segment_attribute = before_value.segment_attribute
            and one.segment_value = before_value.segment_value
            and one.sequence = before_value.sequence
            and other.sequence = before_value.to_sequence
),

matrix as (
    select {{ keys }}, row_index, column_index, identity_cell - probability as cell
    from pairs
    union all
    select {{ keys }}, row_index, 100 + column_index as column_index, identity_cell as cell
    from pairs
    union all
    select {{ keys }}, 100 + row_index as row_index, column_index, identity_cell as cell
    from pairs
    union all
    select {{ keys }}, 100 + row_index as row_index, 100 + column_index as column_index, 0.0e0 as cell
    from pairs
),

{{ schur_complement('matrix', keys, 6) }},

final as (
    select
        {{ keys }},
        row_index - 100 as sequence,
        column_index - 100 as visited_sequence,
        -1 * cell as n_visits
    from eliminated_6
    where row_index > 100 and column_index > 100
)

select * from final

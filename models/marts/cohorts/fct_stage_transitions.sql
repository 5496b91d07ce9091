-- Transitions between stages by segment: how often, how soon, and expected days to first value.
-- Grain: one row per as_of, segment_attribute, segment_value, from_stage and to_stage.

{{ config(materialized='incremental', partition_by='as_of') }}

with transitions as (
    select * from {{ ref('int_stage_transition_probabilities') }}
),

exits as (
    select * from {{ ref('int_stage_exits') }}
),

times_to_value as (
    select * from {{ ref('int_stage_times_to_value') }}
),

sizes as (
    select
        exits.scored_on,
        exits.segment_attribute,
        exits.segment_value,
        cast(sum(exits.n) as bigint) as n_accounts,
        sum(exits.n) < max(exits.min_accounts) as is_too_small
    from exits
    inner join {{ ref('stages') }} as stages on exits.stage = stages.stage_id and stages.sequence = 1
    group by exits.scored_on, exits.segment_attribute, exits.segment_value
),

joined as (
    select
        transitions.*,
        sizes.n_accounts,
        sizes.is_too_small,
        exits.median_days,
        exits.p75_days,
        times_to_value.value_probability,
        times_to_value.expected_days_to_value
    from transitions
    inner join sizes
        on
            transitions.scored_on = sizes.scored_on
            and transitions.segment_attribute = sizes.segment_attribute
            and transitions.segment_value = sizes.segment_value
    left join exits
        on
            transitions.scored_on = exits.scored_on
            and transitions.segment_attribute = exits.segment_attribute
            and transitions.segment_value = exits.segment_value
            and transitions.stage = exits.stage
            and transitions.left_to = exits.left_to
    left join times_to_value
        on
            transitions.scored_on = times_to_value.scored_on
            and transitions.segment_attribute = times_to_value.segment_attribute
            and transitions.segment_value = times_to_value.segment_value
            and transitions.sequence = times_to_value.sequence
),

final as (
    select
        scored_on as as_of,
        segment_attribute,
        segment_value,
        stage as from_stage,
        left_to as to_stage,
        n_accounts,
        is_too_small,
        cast(n_entered as bigint) as n_entered,
        cast(n_entered - n_moved as bigint) as n_open,
        n,
        {% for measure in [
            'probability', 'median_days', 'p75_days', 'value_probability', 'expected_days_to_value',
        ] %}
    case when not is_too_small then {{ measure }} end as {{ measure }}{{ ',' if not loop.last }}
    {% endfor %}
    from joined
)

select * from final

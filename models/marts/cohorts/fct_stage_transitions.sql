-- Where accounts of a group go from each stage, how soon, and how many days they are from first value.
-- Grain: one row per as_of, segment_attribute, segment_value, from_stage and to_stage.

{{ config(materialized='incremental', partition_by='as_of', pre_hook="{{ clear_window('as_of') }}") }}

with chances as (
    select * from {{ ref('int_stage_chances') }}
),

exits as (
    select * from {{ ref('int_stage_exits') }}
),

prospects as (
    select * from {{ ref('int_stage_prospects') }}
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
        chances.*,
        sizes.n_accounts,
        sizes.is_too_small,
        exits.median_days,
        exits.p75_days,
        prospects.value_probability,
        prospects.expected_days_to_value
    from chances
    inner join sizes
        on
            chances.scored_on = sizes.scored_on
            and chances.segment_attribute = sizes.segment_attribute
            and chances.segment_value = sizes.segment_value
    left join exits
        on
            chances.scored_on = exits.scored_on
            and chances.segment_attribute = exits.segment_attribute
            and chances.segment_value = exits.segment_value
            and chances.stage = exits.stage
            and chances.left_to = exits.left_to
    left join prospects
        on
            chances.scored_on = prospects.scored_on
            and chances.segment_attribute = prospects.segment_attribute
            and chances.segment_value = prospects.segment_value
            and chances.sequence = prospects.sequence
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

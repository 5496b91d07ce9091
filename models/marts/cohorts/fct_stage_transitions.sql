-- Where accounts go from a stage within so many days of entering it, how soon, and how many get to first value.
-- Grain: one row per as_of, segment_attribute, segment_value, from_stage and to_stage.

-- Half an observation for each outcome (Jeffreys' prior). The row whose two stages are the same is being there still.
{{ config(materialized='incremental', partition_by='as_of') }}
{% set is_value = "endpoint = 'first_value' and outcome = 'value'" %}

with incidences as (
    select * from {{ ref('int_stage_incidences') }}
),

stages as (
    select * from {{ ref('stages') }}
),

moves as (
    select one.stage_id as stage, other.stage_id as outcome, other.stage_id as to_stage
    from stages as one
    inner join stages as other on one.sequence < other.sequence
    union all
    select stage_id as stage, 'churned' as outcome, 'churned' as to_stage from stages
    union all
    select stage_id as stage, 'open' as outcome, stage_id as to_stage from stages
),

value_stage as (
    select min(stages.sequence) as value_sequence
    from stages
    inner join {{ ref('milestones') }} as milestones on stages.unlock_milestone_id = milestones.milestone_id
    where milestones.kind = 'first_value'
),

-- what is known of a stage as a whole
groups as (
    select
        scored_on,
        segment_attribute,
        segment_value,
        stage,
        max(case when endpoint = 'next_stage' then n_entered end) as n_entered,
        max(case when endpoint = 'next_stage' then min_accounts end) as min_accounts,
        max(case when endpoint = 'next_stage' then horizon_days end) as horizon_days,
        sum(case when endpoint = 'next_stage' and outcome = 'open' then n else 0 end) as n_open,
        coalesce(sum(case when endpoint = 'next_stage' then incidence_ratio end), 0.0e0) as ended_ratio,
        case
            when max(case when endpoint = 'first_value' then horizon_days end) is not null
                then coalesce(max(case when {{ is_value }} then incidence_ratio end), 0.0e0)
        end as value_probability,
        max(case when {{ is_value }} then mean_days end) as expected_days_to_value
    from incidences
    group by scored_on, segment_attribute, segment_value, stage
),

sized as (
    select
        groups.*,
        value_stage.value_sequence is null or stages.sequence < value_stage.value_sequence as is_before_value,
        max(case when stages.sequence = 1 then groups.n_entered end) over (
            partition by groups.scored_on, groups.segment_attribute, groups.segment_value
        ) as n_accounts
    from groups
    inner join stages on groups.stage = stages.stage_id
    cross join value_stage
),

joined as (
    select
        sized.*,
        moves.to_stage,
        coalesce(incidences.n, 0) as n,
        incidences.median_days,
        incidences.p75_days,
        coalesce(sized.n_accounts < sized.min_accounts, true) as is_too_small,
        case
            when sized.horizon_days is not null
                then
                    (sized.n_entered * case
                        when moves.outcome = 'open' then greatest(0.0e0, 1 - sized.ended_ratio)
                        else coalesce(incidences.incidence_ratio, 0.0e0)
                    end + 0.5e0)
                    / (sized.n_entered + 0.5e0 * count(*) over (
                        partition by sized.scored_on, sized.segment_attribute, sized.segment_value, sized.stage
                    ))
        end as probability
    from sized
    inner join moves on sized.stage = moves.stage
    left join incidences
        on
            sized.scored_on = incidences.scored_on
            and sized.segment_attribute = incidences.segment_attribute
            and sized.segment_value = incidences.segment_value
            and sized.stage = incidences.stage
            and moves.outcome = incidences.outcome
            and incidences.endpoint = 'next_stage'
),

final as (
    select
        scored_on as as_of,
        segment_attribute,
        segment_value,
        stage as from_stage,
        to_stage,
        n_accounts,
        is_too_small,
        n_entered,
        cast(n_open as bigint) as n_open,
        n,
        horizon_days,
        {% for measure in ['probability', 'median_days', 'p75_days'] %}
        case when not is_too_small then {{ measure }} end as {{ measure }},
        {% endfor %}
        case when not is_too_small and is_before_value then value_probability end as value_probability,
        case when not is_too_small and is_before_value then expected_days_to_value end as expected_days_to_value
    from joined
)

select * from final

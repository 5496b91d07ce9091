-- Probability to reach first value from each stage, and the expected days to it for those who do.
-- Grain: one row per scored_on, segment_attribute, segment_value and sequence.

-- With N the expected visits, R the probability to step into value and m the mean days of a stage: h = N R is the
-- probability to get there, and N (m h) / h the days of those who do.

with transitions as (
    select * from {{ ref('int_stage_transition_probabilities') }}
),

visits as (
    select * from {{ ref('int_stage_expected_visits') }}
),

transient as (
    select distinct sequence from visits
),

stages as (
    select
        transitions.scored_on,
        transitions.segment_attribute,
        transitions.segment_value,
        transitions.sequence,
        max(transitions.mean_days) as mean_days,
        sum(
            case
                when transitions.to_sequence is not null and later.sequence is null then transitions.probability
                else 0
            end
        )
            as into_value
    from transitions
    inner join transient on transitions.sequence = transient.sequence
    left join transient as later on transitions.to_sequence = later.sequence
    group by transitions.scored_on, transitions.segment_attribute, transitions.segment_value, transitions.sequence
),

reaching as (
    select
        visits.scored_on,
        visits.segment_attribute,
        visits.segment_value,
        visits.sequence,
        sum(visits.n_visits * stages.into_value) as value_probability
    from visits
    inner join stages
        on
            visits.scored_on = stages.scored_on
            and visits.segment_attribute = stages.segment_attribute
            and visits.segment_value = stages.segment_value
            and visits.visited_sequence = stages.sequence
    group by visits.scored_on, visits.segment_attribute, visits.segment_value, visits.sequence
),

waiting as (
    select
        visits.scored_on,
        visits.segment_attribute,
        visits.segment_value,
        visits.sequence,
        sum(visits.n_visits * stages.mean_days * reaching.value_probability) as weighted_days
    from visits
    inner join stages
        on
            visits.scored_on = stages.scored_on
            and visits.segment_attribute = stages.segment_attribute
            and visits.segment_value = stages.segment_value
            and visits.visited_sequence = stages.sequence
    inner join reaching
        on
            visits.scored_on = reaching.scored_on
            and visits.segment_attribute = reaching.segment_attribute
            and visits.segment_value = reaching.segment_value
            and visits.visited_sequence = reaching.sequence
    group by visits.scored_on, visits.segment_attribute, visits.segment_value, visits.sequence
),

final as (
    select
        reaching.scored_on,
        reaching.segment_attribute,
        reaching.segment_value,
        reaching.sequence,
        least(1.0e0, reaching.value_probability) as value_probability,
        waiting.weighted_days / nullif(reaching.value_probability, 0) as expected_days_to_value
    from reaching
    inner join waiting
        on
            reaching.scored_on = waiting.scored_on
            and reaching.segment_attribute = waiting.segment_attribute
            and reaching.segment_value = waiting.segment_value
            and reaching.sequence = waiting.sequence
)

select * from final

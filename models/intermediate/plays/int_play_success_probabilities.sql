-- Probability that a play removes its cause: the prior of the playbook updated with measured outcomes.
-- Grain: one row per play_id.

-- What people report of their tasks is shown next to the effect, but does not count here.

with plays as (
    select * from {{ ref('plays') }}
),

results as (
    select * from {{ ref('int_play_comparison_results') }}
    where resolved is not null
),

strata as (
    select
        play_id,
        comparison,
        stratum,
        sum(case when is_treated then 1.0e0 else 0.0e0 end) as n_1,
        sum(case when is_treated then 0.0e0 else 1.0e0 end) as n_0,
        sum(case when is_treated then resolved else 0.0e0 end) as sum_1,
        sum(case when is_treated then 0.0e0 else resolved end) as sum_0
    from results
    group by play_id, comparison, stratum
),

differences as (
    select
        play_id,
        comparison,
        {{ stratified_difference() }} as difference,
        sum(n_1) as n
    from strata
    where n_1 > 0 and n_0 > 0
    group by play_id, comparison
),

-- a randomised comparison is stronger evidence than a matched one
best as (
    select
        play_id,
        min_by(difference, comparison) as difference,
        min_by(n, comparison) as n,
        min(comparison) as comparison
    from differences
    group by play_id
),

final as (
    select
        plays.play_id,
        coalesce(best.comparison, 'belief') as learned_from,
        coalesce(best.n, 0.0) as n_measured,
        best.difference as measured_effect,
        -- without an experiment, what is measured does not make a play worth less than a quarter of what was believed:
        -- who is called first is who is worst off; and a play that does nothing stays at the end of the list, but on it
        greatest(
            case
                when best.comparison = 'experiment' then 0.001e0
                else greatest(0.001e0, plays.prior_effect / 4.0e0)
            end,
            (plays.prior_effect * plays.prior_n + coalesce(best.difference * best.n, 0.0))
            / (plays.prior_n + coalesce(best.n, 0.0))
        ) as success_probability
    from plays
    left join best on plays.play_id = best.play_id
)

select * from final

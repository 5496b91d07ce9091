-- What the marts say of plays and of the score, beside what was planted.
-- Grain: one row per truth.

with truth as (
    select * from read_json(getvariable('truth'), maximum_object_size = 100_000_000)
),

plays as (
    select play_with_effect.play_id, play_with_effect.hazard_ratio as planted from truth
    union all
    select play_without_effect.play_id, play_without_effect.hazard_ratio as planted from truth
),

effects as (
    select
        concat(effects.play_id, ', ', effects.comparison, ': ratio of churn') as truth,
        cast(plays.planted as double) as planted,
        cast(effects.effect as double) as found,
        cast(effects.effect_low as double) as found_low,
        cast(effects.effect_high as double) as found_high,
        effects.verdict
    from plays
    inner join scores.fct_play_effects as effects
        on
            plays.play_id = effects.play_id
            and effects.measure = 'churn'
            and effects.segment_attribute = 'all'
),

prediction as (
    select
        concat('back-test, day ', landmark_day, ', ', horizon_days, ' days: AUC of the score') as truth,
        cast((select churn_auc_ceiling from truth) as double) as planted,
        cast(auc as double) as found,
        cast(auc_low as double) as found_low,
        cast(auc_high as double) as found_high,
        verdict
    from outcomes.fct_score_validation
    where is_primary and predictor = 'score' and segment_attribute = 'all' and rubric_version = 1
),

final as (
    select * from effects
    union all
    select * from prediction
)

select * from final
order by truth

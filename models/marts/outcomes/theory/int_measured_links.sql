-- What was measured of each link between a behaviour or a play and an outcome: one figure for each.
-- Grain: one row per from_kind, from_id, outcome, segment_attribute and segment_value.

-- Of a behaviour its weakest level counts, over the first month, within half a year or what the outcome has. A play is
-- measured at random, where it is held back from some.

with links as (
    select
        case when behaviour like 'action %' then 'action' else 'milestone' end as from_kind,
        case when behaviour like 'action %' then substring(behaviour, 8) else substring(behaviour, 11) end as from_id,
        *
    from {{ ref('fct_behaviour_links') }}
    where behaviour like 'action %' or behaviour like 'milestone %'
),

ranked as (
    select
        *,
        row_number() over (
            partition by from_kind, from_id, outcome, segment_attribute, segment_value
            order by
                case when reading = 'too_few' then 1 else 0 end,
                case when horizon_days = 180 then 0 else 1 end,
                case when window_days = 30 then 0 else 1 end, landmark_day, horizon_days, level
        ) as place
    from links
),

measured_links as (
    select
        from_kind,
        from_id,
        outcome,
        segment_attribute,
        segment_value,
        level,
        window_days,
        landmark_day,
        horizon_days,
        'odds ratio' as effect_kind,
        odds_ratio as effect,
        odds_ratio_low as effect_low,
        odds_ratio_high as effect_high,
        evidence_class,
        reading
    from ranked
    where place = 1
),

measured_plays as (
    select
        'play' as from_kind,
        play_id as from_id,
        'churn' as outcome,
        segment_attribute,
        segment_value,
        cast(null as bigint) as level,
        cast(null as integer) as window_days,
        cast(null as integer) as landmark_day,
        cast(null as integer) as horizon_days,
        'ratio of rates' as effect_kind,
        effect,
        effect_low,
        effect_high,
        case when verdict in ('better', 'worse') then 'experiment' else 'none' end as evidence_class,
        verdict as reading
    from {{ ref('fct_play_effects') }}
    where comparison = 'experiment' and measure = 'churn'
),

final as (
    select * from measured_links
    union all
    select * from measured_plays
)

select * from final

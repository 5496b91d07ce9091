-- What was measured of each link between a behaviour or a play and an outcome: one figure for each.
-- Grain: one row per from_kind, from_id, outcome, segment_attribute and segment_value.

-- Of a behaviour what is confirmed counts, otherwise its weakest level over the first month, within half a year. A play is
-- measured at random, where it is held back from some.

with links as (
    select
        case
            when measure like 'action %' then 'action' when measure like 'milestone %' then 'milestone' else 'use'
        end as from_kind,
        case
            when measure like 'action %' then substring(measure, 8)
            when measure like 'milestone %' then substring(measure, 11)
            else measure
        end as from_id,
        *
    from {{ ref('fct_behaviour_links') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by from_kind, from_id, outcome, segment_attribute, segment_value
            order by
                case reading when 'confirmed' then 1 when 'too_few' then 3 else 2 end,
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
        direction,
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
        case when effect < 1.0e0 then 'less' else 'more' end as direction,
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

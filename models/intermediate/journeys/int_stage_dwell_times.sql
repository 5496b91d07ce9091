-- 75th percentile of the days in each stage among accounts of a segment that moved on: longer is a stall.
-- Grain: one row per scored_on, segment_attribute, segment_value and stage.

with paths as (
    select * from {{ ref('int_stage_paths') }}
    where left_to not in ('open', 'churned')
),

segments as (
    select account_segments.*
    from {{ ref('int_account_segments') }} as account_segments
    left join {{ ref('segments') }} as definitions
        on account_segments.segment_attribute = definitions.segment_attribute
    where definitions.is_benchmark or account_segments.segment_attribute = 'all'
),

-- the total too for accounts of which no attribute is known
final as (
    select
        paths.scored_on,
        segments.segment_attribute,
        segments.segment_value,
        paths.stage,
        count(*) as n,
        {{ percentile('cast(paths.stage_days as double)', 0.75) }} as p75_days
    from paths
    inner join segments
        on
            paths.account_id = segments.account_id
            and paths.scored_on >= segments.known_on
            and (segments.known_until is null or paths.scored_on < segments.known_until)
    group by paths.scored_on, segments.segment_attribute, segments.segment_value, paths.stage
)

select * from final

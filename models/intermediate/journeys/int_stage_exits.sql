-- To which stage accounts of a segment went from each stage, and after how many days, as known on a scored day.
-- Grain: one row per scored_on, segment_attribute, segment_value, stage and left_to.

-- The attribute that sets benchmarks, and the total, on every scored day; the others on the first Sunday of each month.

with paths as (
    select * from {{ ref('int_stage_paths') }}
),

attributes as (
    select * from {{ ref('int_segment_attributes') }}
),

first_segments as (
    select * from {{ ref('int_first_known_segments') }}
),

grouped as (
    select
        paths.scored_on,
        attributes.segment_attribute,
        coalesce(first_segments.segment_value, 'unknown') as segment_value,
        attributes.is_benchmark,
        attributes.min_accounts,
        paths.account_id,
        paths.stage,
        paths.left_to,
        paths.stage_days
    from paths
    inner join attributes
        on
            attributes.is_benchmark
            or (extract(day from paths.scored_on) <= 7 and {{ day_of_week('paths.scored_on') }} = 0)
    left join first_segments
        on
            paths.account_id = first_segments.account_id
            and attributes.segment_attribute = first_segments.segment_attribute
            and paths.scored_on >= first_segments.known_on
),

final as (
    select
        scored_on,
        segment_attribute,
        segment_value,
        stage,
        left_to,
        max(case when is_benchmark then 1 else 0 end) = 1 as is_benchmark,
        max(min_accounts) as min_accounts,
        count(*) as n,
        sum(cast(stage_days as double)) as total_days,
        {{ percentile('cast(stage_days as double)', 0.5) }} as median_days,
        {{ percentile('cast(stage_days as double)', 0.75) }} as p75_days
    from grouped
    group by scored_on, segment_attribute, segment_value, stage, left_to
)

select * from final

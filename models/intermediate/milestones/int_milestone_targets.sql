-- The target that applies to each segment value: its own where there is one, else the total's.
-- Grain: one row per milestone_id, version, segment_attribute and segment_value.

with targets as (
    select * from {{ ref('milestone_targets') }}
),

segments as (
    select distinct
        account_segments.segment_attribute,
        account_segments.segment_value
    from {{ ref('int_account_segments') }} as account_segments
    left join {{ ref('segments') }} as definitions
        on account_segments.segment_attribute = definitions.segment_attribute
    where definitions.is_benchmark or account_segments.segment_attribute = 'all'
),

milestones as (
    select * from {{ ref('milestones') }}
),

final as (
    select
        milestones.milestone_id,
        milestones.version,
        segments.segment_attribute,
        segments.segment_value,
        case when own.milestone_id is null then total.target_days else own.target_days end as target_days,
        coalesce(own.expected_ratio, total.expected_ratio) as expected_ratio
    from milestones
    cross join segments
    left join targets as own
        on
            milestones.milestone_id = own.milestone_id
            and milestones.version = own.version
            and segments.segment_attribute = own.segment_attribute
            and segments.segment_value = own.segment_value
    left join targets as total
        on
            milestones.milestone_id = total.milestone_id
            and milestones.version = total.version
            and total.segment_attribute = 'all'
            and total.segment_value = 'all'
)

select * from final

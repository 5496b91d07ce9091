-- The attributes that form segments, and the total, which is an attribute of its own.
-- Grain: one row per segment_attribute.

with segments as (
    select * from {{ ref('segments') }}
),

final as (
    select segment_attribute, is_benchmark, min_accounts
    from segments
    union all
    select 'all' as segment_attribute, true as is_benchmark, 1 as min_accounts
)

select * from final

-- Segments by which marts can be split, with their size today.
-- Grain: one row per segment_attribute and segment_value.

with accounts as (
    select * from {{ ref('dim_accounts') }}
),

current_segments as (
    select * from {{ ref('int_account_segments') }}
    where known_until is null
),

definitions as (
    select * from {{ ref('segments') }}
),

final as (
    select
        current_segments.segment_attribute,
        current_segments.segment_value,
        count(*) as n_accounts,
        coalesce(max(cast(definitions.is_benchmark as integer)), 0) = 1 as is_benchmark,
        count(*) < coalesce(max(definitions.min_accounts), 0) as is_too_small,
        max(definitions.owner) as owner,
        max(definitions.rationale) as rationale
    from current_segments
    inner join accounts on current_segments.account_id = accounts.account_id
    left join definitions on current_segments.segment_attribute = definitions.segment_attribute
    group by current_segments.segment_attribute, current_segments.segment_value
)

select * from final

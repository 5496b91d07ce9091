-- The first value that became known of each attribute of an account: the segment it started in.
-- Grain: one row per account_id and segment_attribute.

with account_segments as (
    select
        *,
        row_number() over (partition by account_id, segment_attribute order by is_placeholder, known_on) as position
    from {{ ref('int_account_segments') }}
),

final as (
    select
        account_id,
        segment_attribute,
        segment_value,
        known_on
    from account_segments
    where position = 1
)

select * from final

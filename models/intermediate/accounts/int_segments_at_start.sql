-- The segments an account belonged to when it started, for every attribute of the segments seed and the total.
-- Grain: one row per account_id and segment_attribute.

-- The value at the start: groups by a later value would be made of what happened since.

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

attributes as (
    select * from {{ ref('int_segment_attributes') }}
),

first_segments as (
    select * from {{ ref('int_first_known_segments') }}
    where known_on <= {{ last_day() }}
),

valued as (
    select
        accounts.account_id,
        attributes.segment_attribute,
        coalesce(first_segments.segment_value, 'unknown') as segment_value,
        attributes.min_accounts
    from accounts
    cross join attributes
    left join first_segments
        on
            accounts.account_id = first_segments.account_id
            and attributes.segment_attribute = first_segments.segment_attribute
),

final as (
    select
        account_id,
        segment_attribute,
        segment_value,
        min_accounts,
        count(*) over (partition by segment_attribute, segment_value) as n_accounts,
        count(*) over (partition by segment_attribute, segment_value) < min_accounts as is_too_small
    from valued
)

select * from final

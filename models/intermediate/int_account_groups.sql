-- The groups an account belonged to when it started, for every attribute of the segments seed and the total.
-- Grain: one row per account_id and segment_attribute.

-- The value at the start: groups by a later value would be made of what happened since.

with accounts as (
    select * from {{ ref('int_account_ends') }}
),

segments as (
    select * from {{ ref('segments') }}
),

first_values as (
    select
        account_id,
        segment_attribute,
        min_by(segment_value, known_on) as segment_value
    from {{ ref('int_account_segments') }}
    where known_on <= {{ last_day() }}
    group by account_id, segment_attribute
),

valued as (
    select
        accounts.account_id,
        segments.segment_attribute,
        coalesce(first_values.segment_value, 'unknown') as segment_value,
        segments.min_accounts
    from accounts
    cross join segments
    left join first_values
        on
            accounts.account_id = first_values.account_id
            and segments.segment_attribute = first_values.segment_attribute
    union all
    select account_id, 'all' as segment_attribute, 'all' as segment_value, 1 as min_accounts
    from accounts
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

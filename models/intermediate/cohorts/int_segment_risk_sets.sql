-- How many of each segment were at risk, and how many had the event, on every day with an event.
-- Grain: one row per endpoint, segment_attribute, group_index and duration_days.

-- The largest eight groups that are not too small are compared.

with endpoints as (
    select * from {{ ref('int_account_endpoints') }}
),

ranked as (
    select
        *,
        dense_rank() over (partition by segment_attribute order by n_accounts desc, segment_value asc) as group_index
    from {{ ref('int_segments_at_start') }}
    where not is_too_small and segment_attribute <> 'all'
),

members as (
    select
        endpoints.endpoint,
        ranked.segment_attribute,
        cast(ranked.group_index as integer) as group_index,
        endpoints.duration_days,
        sum(endpoints.is_event) as n_events,
        count(*) as n_ended
    from endpoints
    inner join ranked on endpoints.account_id = ranked.account_id
    where ranked.group_index <= 8
    group by endpoints.endpoint, ranked.segment_attribute, ranked.group_index, endpoints.duration_days
),

sizes as (
    select endpoint, segment_attribute, group_index, sum(n_ended) as n_accounts
    from members
    group by endpoint, segment_attribute, group_index
),

days as (
    select distinct endpoint, segment_attribute, duration_days
    from members
),

laid_out as (
    select
        sizes.endpoint,
        sizes.segment_attribute,
        sizes.group_index,
        days.duration_days,
        sizes.n_accounts - coalesce(sum(members.n_ended) over (
            partition by sizes.endpoint, sizes.segment_attribute, sizes.group_index order by days.duration_days
            rows between unbounded preceding and 1 preceding
        ), 0) as n_at_risk,
        coalesce(members.n_events, 0) as n_events
    from sizes
    inner join days on sizes.endpoint = days.endpoint and sizes.segment_attribute = days.segment_attribute
    left join members
        on
            sizes.endpoint = members.endpoint
            and sizes.segment_attribute = members.segment_attribute
            and sizes.group_index = members.group_index
            and days.duration_days = members.duration_days
),

together as (
    select
        *,
        cast(sum(n_at_risk) over (partition by endpoint, segment_attribute, duration_days) as double) as all_at_risk,
        cast(sum(n_events) over (partition by endpoint, segment_attribute, duration_days) as double) as all_events
    from laid_out
),

final as (
    select *
    from together
    where all_events > 0
)

select * from final

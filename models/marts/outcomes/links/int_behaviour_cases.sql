-- Which outcomes followed after a landmark, and which of them belong to the earlier half that links are looked for in.
-- Grain: one row per account_id and landmark_day.

with labels as (
    select
        *,
        percent_rank() over (partition by landmark_day, horizon_days order by landmark_date) < 0.5 as is_earlier
    from {{ ref('fct_account_labels') }}
    where is_eligible
),

-- the upper quarter of what the earlier accounts cost
costs as (
    select
        landmark_day,
        horizon_days,
        {{ percentile('case when is_earlier then support_cost end', 0.75) }} as high_cost
    from labels
    group by landmark_day, horizon_days
),

priced as (
    select
        labels.*,
        labels.support_cost > costs.high_cost as has_high_support_cost
    from labels
    inner join costs on {{ same_keys('labels', 'costs', ['landmark_day', 'horizon_days']) }}
),

final as (
    select
        account_id,
        landmark_day,
        {{ linked_cases() }}
    from priced
    group by account_id, landmark_day
)

select * from final

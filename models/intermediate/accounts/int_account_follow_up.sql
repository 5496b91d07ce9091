-- Until when each account was observed and whether it churned: the follow-up behind every comparison of segments.
-- Grain: one row per account_id.

with starts as (
    select * from {{ ref('int_account_starts') }}
    where known_on <= {{ last_day() }} and (excluded_from is null or excluded_from > {{ last_day() }})
),

states as (
    select * from {{ ref('int_subscription_states') }}
    where scored_on = {{ last_day() }}
),

final as (
    select
        starts.account_id,
        starts.signed_up_at,
        starts.started_at,
        starts.started_date,
        coalesce(states.lifecycle, 'none') as lifecycle,
        coalesce(states.mrr, 0.0) as mrr,
        states.renewal_date,
        case when states.lifecycle in ('churned', 'completed') then states.changed_on end as ended_on,
        coalesce(states.lifecycle, 'none') = 'churned' as has_churned,
        case
            when states.lifecycle in ('churned', 'completed') then least(states.changed_on, {{ last_day() }})
            else {{ last_day() }}
        end as observed_until
    from starts
    left join states on starts.account_id = states.account_id
)

select * from final

-- Every account as it is today: who it is, what it pays, who looks after it.
-- Grain: one row per account_id.

with starts as (
    select * from {{ ref('int_account_starts') }}
    where known_on <= {{ last_day() }}
),

versions as (
    select
        *,
        row_number() over (partition by account_id order by updated_at desc, known_on desc) as recency
    from {{ ref('stg_accounts') }}
    where known_on <= {{ last_day() }}
),

states as (
    select * from {{ ref('int_subscription_states') }}
    where scored_on = {{ last_day() }}
),

final as (
    select
        starts.account_id,
        versions.account_name,
        starts.signed_up_at,
        starts.started_at,
        {{ days_between('starts.started_date', last_day()) }} as tenure_days,
        versions.plan_tier,
        versions.industry,
        versions.company_size,
        versions.region,
        versions.purchase_channel,
        versions.onboarding_mode,
        versions.csm_id,
        versions.parent_account_id,
        coalesce(states.lifecycle, 'none') as lifecycle,
        coalesce(states.mrr, 0.0) as mrr,
        states.renewal_date,
        case when states.lifecycle in ('churned', 'completed') then states.changed_on end as ended_on,
        versions.updated_at
    from starts
    inner join versions on starts.account_id = versions.account_id and versions.recency = 1
    left join states on starts.account_id = states.account_id
    where starts.excluded_from is null or starts.excluded_from > {{ last_day() }}
)

select * from final

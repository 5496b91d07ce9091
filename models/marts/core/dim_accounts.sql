-- Every account as it is today: who it is, what it pays, who looks after it.
-- Grain: one row per account_id.

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

versions as (
    select
        *,
        row_number() over (partition by account_id order by updated_at desc, known_on desc) as recency
    from {{ ref('stg_accounts') }}
    where known_on <= {{ last_day() }}
),

final as (
    select
        accounts.account_id,
        versions.account_name,
        accounts.signed_up_at,
        accounts.started_at,
        {{ days_between('accounts.started_date', last_day()) }} as tenure_days,
        versions.plan_tier,
        versions.industry,
        versions.company_size,
        versions.region,
        versions.purchase_channel,
        versions.onboarding_mode,
        versions.csm_id,
        versions.parent_account_id,
        accounts.lifecycle,
        accounts.mrr,
        {{ reporting_currency() }} as currency,
        accounts.mrr_unknown_reason,
        accounts.original_mrr,
        accounts.original_currency,
        accounts.renewal_date,
        accounts.gone_since as ended_on,
        versions.updated_at
    from accounts
    inner join versions on accounts.account_id = versions.account_id and versions.recency = 1
)

select * from final

-- Changes of subscriptions with what they pay in the reporting currency; what cannot be converted is unknown.
-- Grain: one row per subscription_id, valid_from, updated_at, is_end and known_from.

with changes as (
    select * from {{ ref('int_subscription_changes') }}
),

rates as (
    select * from {{ ref('int_reporting_rates') }}
),

final as (
    select
        changes.subscription_id,
        changes.valid_from,
        changes.updated_at,
        changes.is_end,
        changes.account_id,
        changes.changed_on,
        changes.status,
        case when changes.mrr = 0 then 0.0 else changes.mrr * rates.rate end as mrr,
        case
            when changes.mrr = 0 then null
            when changes.mrr is null then 'no amount'
            when changes.currency is null then 'no currency'
            when rates.rate is null then 'no rate'
        end as mrr_unknown_reason,
        changes.mrr as original_mrr,
        changes.currency as original_currency,
        changes.renewal_date,
        greatest(changes.known_from, coalesce(rates.known_from, changes.known_from)) as known_from,
        case
            when rates.known_to < coalesce(changes.known_to, date '9999-12-31') then rates.known_to
            else changes.known_to
        end as known_to
    from changes
    left join rates
        on
            changes.currency = rates.currency
            and changes.priced_on = rates.priced_on
            and changes.mrr <> 0
            and coalesce(rates.known_from < changes.known_to, true)
            and coalesce(changes.known_from < rates.known_to, true)
)

select * from final

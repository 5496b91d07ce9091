-- Who is scored on which day: customers that had started, were not internal and had not left, as known that day.
-- Grain: one row per account_id and scored_on.

with accounts as (
    select * from {{ ref('int_account_start_versions') }}
),

exclusions as (
    select * from {{ ref('int_account_exclusions') }}
),

scored_days as (
    select * from {{ ref('int_scored_days') }}
),

subscription_states as (
    select * from {{ ref('int_subscription_states') }}
),

-- the attribute that sets the benchmark; the total where there is none
benchmark as (
    select coalesce(max(case when is_benchmark then segment_attribute end), 'all') as segment_attribute
    from {{ ref('segments') }}
),

segments as (
    select account_segments.*
    from {{ ref('int_account_segments') }} as account_segments
    inner join benchmark on account_segments.segment_attribute = benchmark.segment_attribute
),

owners as (
    select * from {{ ref('int_account_owners') }}
),

final as (
    select
        accounts.account_id,
        scored_days.scored_on,
        scored_days.is_sunday,
        accounts.started_date,
        {{ days_between('accounts.started_date', 'scored_days.scored_on') }} as tenure_days,
        cast(floor({{ days_between('accounts.started_date', 'scored_days.scored_on') }} / 7) as integer) as tenure_week,
        segments.segment_attribute,
        segments.segment_value,
        owners.csm_id,
        coalesce(subscription_states.lifecycle, 'none') as lifecycle,
        {{ mrr_paid('subscription_states', 'scored_days.scored_on') }} as mrr
    from accounts
    inner join scored_days
        on
            scored_days.scored_on >= accounts.started_date
            and scored_days.scored_on >= accounts.known_from
            and (accounts.known_to is null or scored_days.scored_on < accounts.known_to)
    left join exclusions
        on {{ is_excluded_on('scored_days.scored_on') }}
    left join subscription_states
        on
            accounts.account_id = subscription_states.account_id
            and scored_days.scored_on = subscription_states.scored_on
    inner join segments
        on
            accounts.account_id = segments.account_id
            and scored_days.scored_on >= segments.known_on
            and (segments.known_until is null or scored_days.scored_on < segments.known_until)
    left join owners
        on
            accounts.account_id = owners.account_id
            and scored_days.scored_on >= owners.known_on
            and (owners.known_until is null or scored_days.scored_on < owners.known_until)
    where
        exclusions.account_id is null
        and coalesce(subscription_states.lifecycle, 'none') not in ('churned', 'completed')
)

select * from final

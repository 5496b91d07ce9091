-- From which day on a subscription is in which state, and from when until when that was known.
-- Grain: one row per subscription_id, valid_from, updated_at and is_end.

-- A source that logs changes gives each its own valid_from. One that updates in place gives the same valid_from again:
-- the first version holds from then, each later one from its own time of change. valid_to and deleted_at end what the
-- version says, unless a newer version came before the end.
{% set way = 'partition by subscription_id, valid_from order by known_on, updated_at' %}

with reporting as (
    select currency as reporting_currency from {{ ref('int_reporting_currency') }}
),

versions as (
    select
        *,
        -- a source that never names a currency has that of the workspace; one that does says nothing by a blank
        case
            when currency is not null then currency
            when count(currency) over (partition by source_id order by known_on) = 0 then reporting_currency
        end as own_currency,
        cast(valid_from as date) as valid_from_date,
        cast(updated_at as date) as updated_on,
        status in ('churned', 'completed') as is_ending,
        row_number() over ({{ way }}) = 1 as is_first,
        lag(status) over ({{ way }}) as status_before,
        lead(cast(updated_at as date)) over ({{ way }}) as next_updated_on,
        lead(known_on) over ({{ way }}) as next_known_on,
        cast(greatest(valid_from, coalesce(least(valid_to, deleted_at), valid_to, deleted_at)) as date) as ends_on
    from {{ ref('stg_subscriptions') }}
    cross join reporting
),

starts as (
    select
        *,
        case when is_first then valid_from_date else greatest(valid_from_date, updated_on) end as changed_on,
        -- first seen when it was over: until then it ran
        case when is_first and is_ending and ends_on > valid_from_date then 'active' else status end as state
    from versions
    where
        is_first
        or (
            deleted_at is null
            and not (is_ending and valid_to is not null)
            and not (is_ending and status_before = status)
        )
),

changes as (
    select
        subscription_id,
        valid_from,
        updated_at,
        0 as is_end,
        account_id,
        changed_on,
        state as status,
        case when state in ('active', 'past_due') then mrr else 0.0 end as mrr,
        own_currency as currency,
        renewal_date,
        known_on as known_from,
        cast(null as date) as known_to
    from starts
    union all
    select
        subscription_id,
        valid_from,
        updated_at,
        1 as is_end,
        account_id,
        ends_on as changed_on,
        case when is_ending then status else 'churned' end as status,
        0.0 as mrr,
        own_currency as currency,
        cast(null as date) as renewal_date,
        known_on as known_from,
        case when next_updated_on <= ends_on then next_known_on end as known_to
    from versions
    where valid_to is not null or deleted_at is not null
),

final as (
    select
        *,
        -- a price keeps the rate of its first day: rates of exchange neither expand nor contract what is paid
        min(changed_on) over (partition by subscription_id, currency, mrr order by known_from) as priced_on
    from changes
)

select * from final

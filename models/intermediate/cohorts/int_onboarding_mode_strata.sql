-- Outcomes of automated and assisted accounts, by segment and by the attribute that sets benchmarks.
-- Grain: one row per segment_attribute, segment_value, stratum and outcome.

-- Outcomes after fixed days, of accounts old enough: first value within 30 days, left within 180.
{% set outcomes = [('first_value_30d', 'first_value', 30), ('churn_180d', 'churn', 180)] %}

with endpoints as (
    select * from {{ ref('int_account_endpoints') }}
),

accounts as (
    select
        account_id,
        {{ days_between('started_date', last_day()) }} as age_days
    from {{ ref('int_account_follow_up') }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
    where segment_attribute <> 'onboarding_mode'
),

modes as (
    select account_id, segment_value as mode
    from {{ ref('int_segments_at_start') }}
    where segment_attribute = 'onboarding_mode' and segment_value in ('automated', 'assisted')
),

strata as (
    select groups.account_id, groups.segment_value as stratum
    from groups
    inner join {{ ref('segments') }} as definitions
        on groups.segment_attribute = definitions.segment_attribute and definitions.is_benchmark
),

decided as (
    {% for outcome, endpoint, days in outcomes %}
    select
        endpoints.account_id,
        '{{ outcome }}' as outcome,
        case when endpoints.is_event = 1 and endpoints.duration_days <= {{ days }} then 1 else 0 end as has_happened
    from endpoints
    inner join accounts on endpoints.account_id = accounts.account_id and accounts.age_days >= {{ days }}
    where endpoints.endpoint = '{{ endpoint }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select
        groups.segment_attribute,
        groups.segment_value,
        coalesce(strata.stratum, 'all') as stratum,
        decided.outcome,
        max(groups.min_accounts) as min_accounts,
    {% for mode in ['automated', 'assisted'] %}
    cast(sum(case when modes.mode = '{{ mode }}' then 1 else 0 end) as bigint) as n_{{ mode }},
    cast(sum(case when modes.mode = '{{ mode }}' then decided.has_happened else 0 end) as bigint)
        as n_{{ mode }}_events{{ ',' if not loop.last }}
    {% endfor %}
    from decided
    inner join groups on decided.account_id = groups.account_id
    inner join modes on decided.account_id = modes.account_id
    left join strata on decided.account_id = strata.account_id
    group by groups.segment_attribute, groups.segment_value, coalesce(strata.stratum, 'all'), decided.outcome
)

select * from final

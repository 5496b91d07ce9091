-- Accounts with and without a behaviour, and with and without each outcome, among accounts that are otherwise alike.
-- Grain: one row per behaviour, level, window_days, landmark_day, segment_attribute, segment_value and stratum.

-- Alike: in the segment that sets benchmarks, size, onboarding mode, and how active they were otherwise.
{% set of_kind = 'partition by behaviours.window_days, behaviours.behaviour, kinds.kind' %}

with behaviours as (
    select * from {{ ref('int_behaviour_values') }}
),

segments as (
    select * from {{ ref('int_segments_at_start') }}
),

kinds as (
    select
        segments.account_id,
        concat(
            max(case when definitions.is_benchmark then segments.segment_value else '' end), '|',
            max(case when segments.segment_attribute = 'company_size' then segments.segment_value else '' end), '|',
            max(case when segments.segment_attribute = 'onboarding_mode' then segments.segment_value else '' end)
        ) as kind
    from segments
    left join {{ ref('segments') }} as definitions on segments.segment_attribute = definitions.segment_attribute
    group by segments.account_id
),

placed as (
    select
        behaviours.*,
        kinds.kind,
        count(*) over ({{ of_kind }}) as n_accounts,
        percent_rank() over ({{ of_kind }} order by behaviours.other_use) as place
    from behaviours
    inner join kinds on behaviours.account_id = kinds.account_id
),

-- groups of some twenty: within wider ones those who do more of everything would still do more of this, too
ranked as (
    select
        *,
        concat(
            kind, '|', cast(floor(0.999999 * place * greatest(2.0, least(100.0, n_accounts / 20.0))) as integer)
        ) as stratum
    from placed
),

levels as (
    select * from {{ ref('int_behaviour_levels') }}
),

cases as (
    select * from {{ ref('int_behaviour_cases') }}
),

-- halves with and without a behaviour, and with and without an outcome, need so many
groups as (
    select * from segments
    where segment_attribute = 'all' or n_accounts >= 4 * min_accounts
),

pairs as (
    {% for window, landmark in behaviour_windows() %}
    select {{ window }} as window_days, {{ landmark }} as landmark_day
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

flagged as (
    select
        ranked.account_id,
        ranked.window_days,
        ranked.behaviour,
        levels.level,
        pairs.landmark_day,
        ranked.value >= levels.level as has_behaviour,
        ranked.stratum
    from ranked
    inner join levels on {{ same_keys('ranked', 'levels', ['window_days', 'behaviour']) }}
    inner join pairs on ranked.window_days = pairs.window_days
),

final as (
    select
        flagged.behaviour,
        flagged.level,
        flagged.window_days,
        flagged.landmark_day,
        groups.segment_attribute,
        groups.segment_value,
        flagged.stratum,
        max(groups.min_accounts) as min_accounts,
        {{ linked_counts() }}
    from flagged
    inner join cases on {{ same_keys('flagged', 'cases', ['account_id', 'landmark_day']) }}
    inner join groups on flagged.account_id = groups.account_id
    group by
        flagged.behaviour, flagged.level, flagged.window_days, flagged.landmark_day, groups.segment_attribute,
        groups.segment_value, flagged.stratum
)

select * from final

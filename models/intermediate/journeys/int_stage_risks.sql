-- How many accounts of a segment ended their stay in a stage, how, and after how many days, as known on a scored day.
-- Grain: one row per scored_on, segment_attribute, segment_value, stage, endpoint, outcome and duration_days.

-- Endpoints: the next stage or leaving; moving on, of those who stay; first value or leaving. open is no ending: the
-- account was followed for so many days. The attribute that sets benchmarks, and the total, on every scored day; the
-- others on the first Sunday of each month.
{% set keys = 'scored_on, segment_attribute, segment_value, stage, endpoint' %}

with paths as (
    select * from {{ ref('int_stage_paths') }}
),

attributes as (
    select * from {{ ref('int_segment_attributes') }}
),

first_segments as (
    select * from {{ ref('int_first_known_segments') }}
),

stays as (
    select
        account_id, scored_on, stage, days_since_entered,
        'next_stage' as endpoint,
        left_to as outcome,
        stage_days as duration_days
    from paths
    union all
    select
        account_id, scored_on, stage, days_since_entered,
        'onward' as endpoint,
        case when left_to in ('open', 'churned') then 'open' else 'onward' end as outcome,
        stage_days as duration_days
    from paths
    union all
    select
        account_id, scored_on, stage, days_since_entered,
        'first_value' as endpoint,
        value_outcome as outcome,
        value_days as duration_days
    from paths
    where value_outcome <> 'before'
),

grouped as (
    select
        stays.*,
        attributes.segment_attribute,
        coalesce(first_segments.segment_value, 'unknown') as segment_value,
        attributes.min_accounts
    from stays
    inner join attributes
        on
            attributes.is_benchmark
            or (extract(day from stays.scored_on) <= 7 and {{ day_of_week('stays.scored_on') }} = 0)
    left join first_segments
        on
            stays.account_id = first_segments.account_id
            and attributes.segment_attribute = first_segments.segment_attribute
            and stays.scored_on >= first_segments.known_on
),

ranked as (
    select
        *,
        row_number() over (partition by {{ keys }} order by days_since_entered desc) as seniority
    from grouped
),

-- nobody is judged over more days than enough accounts could have stayed
final as (
    select
        {{ keys }},
        outcome,
        duration_days,
        count(*) as n,
        max(min_accounts) as min_accounts,
        max(case when seniority = {{ min_followed() }} then days_since_entered end) as followed_days
    from ranked
    group by {{ keys }}, outcome, duration_days
)

select * from final

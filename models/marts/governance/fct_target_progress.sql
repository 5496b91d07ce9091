-- Progress of quarterly targets by segment, next to the quarter before.
-- Grain: one row per quarter, metric, segment_attribute and segment_value.

with targets as (
    select * from {{ ref('targets') }}
),

cases as (
    select * from {{ ref('int_target_cases') }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

measured as (
    select
        cases.quarter,
        cases.metric,
        groups.segment_attribute,
        groups.segment_value,
        count(*) as n,
        -- a sum of decimals is the same in any order
        cast(sum(cases.value) as double) / count(*) as actual
    from cases
    inner join groups on cases.account_id = groups.account_id
    group by cases.quarter, cases.metric, groups.segment_attribute, groups.segment_value
),

final as (
    select
        targets.quarter,
        targets.metric,
        targets.segment_attribute,
        targets.segment_value,
        targets.goal,
        targets.is_at_least,
        measured.n,
        measured.actual,
        earlier.actual as actual_before,
        cast({{ dbt.date_trunc('quarter', last_day()) }} as date) > targets.quarter as is_over,
        case
            when measured.actual is null then 'no_data'
            when
                targets.is_at_least and measured.actual >= targets.goal
                or not targets.is_at_least and measured.actual <= targets.goal
                then 'reached'
            else 'not_reached'
        end as status,
        targets.owner,
        targets.decided_on,
        targets.rationale
    from targets
    left join measured
        on {{ same_keys('targets', 'measured', ['quarter', 'metric', 'segment_attribute', 'segment_value']) }}
    left join measured as earlier
        on
            {{ same_keys('targets', 'earlier', ['metric', 'segment_attribute', 'segment_value']) }}
            and cast({{ dbt.date_trunc('quarter', add_days('targets.quarter', -1)) }} as date) = earlier.quarter
)

select * from final

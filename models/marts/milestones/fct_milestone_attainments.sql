-- Which milestones each account reached, when, and which it has not: unattained rows are kept.
-- Grain: one row per account_id, milestone_id and version.

with steps as (
    select * from {{ ref('int_account_steps') }}
),

final as (
    select
        account_id,
        milestone_id,
        version,
        is_latest,
        segment_attribute,
        segment_value,
        started_at,
        target_days,
        target_date,
        attained_at,
        known_from,
        known_to,
        {{ days_to('started_date', 'attained_date') }} as days_to_attain,
        case
            when target_days is null then 'not_observable'
            when attained_date <= target_date then 'on_time'
            when attained_date is not null then 'late'
            when observed_until < started_date then 'not_observable'
            when observed_until <= target_date then 'open'
            else 'overdue'
        end as status,
        observed_until
    from steps
)

select * from final

-- The numbers 0 to the longest milestone target, to lay out days since the start.
-- Grain: one row per day_number.

with days as (
    select day from {{ day_series("date '2000-01-01'", "date '2001-12-31'") }} as series
),

targets as (
    select max(target_days) as longest_target_days from {{ ref('milestone_targets') }}
),

final as (
    select {{ days_between("date '2000-01-01'", 'days.day') }} as day_number
    from days
    inner join targets on targets.longest_target_days >= {{ days_between("date '2000-01-01'", 'days.day') }}
)

select * from final

-- Days from the first sign-up to the last day built, with the weeks, months and quarters they belong to.
-- Grain: one row per day_date.

with days as (
    select day as day_date
    from {{ day_series("(select min(signed_up_date) from " ~ ref('int_account_starts') ~ ")", last_day()) }} as series
),

final as (
    select
        day_date,
        cast({{ dbt.date_trunc('week', 'day_date') }} as date) as week_date,
        cast({{ dbt.date_trunc('month', 'day_date') }} as date) as month_date,
        cast({{ dbt.date_trunc('quarter', 'day_date') }} as date) as quarter_date,
        {{ day_of_week('day_date') }} = 0 as is_sunday
    from days
)

select * from final

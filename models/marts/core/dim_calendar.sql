-- Days from the first sign-up to the last day built, with the weeks, months and quarters they belong to.
-- Grain: one row per day_date.

with days as (
    select day as day_date
    from {{ day_series("(select min(signed_up_date) from " ~ ref('int_account_starts') ~ ")", last_day()) }} as series
),

incidents as (
    select * from {{ ref('int_data_incidents') }}
),

incident_days as (
    select
        days.day_date,
        count(*) as n_data_incidents,
        min({{ incident_in_words('incidents') }}) as data_incident
    from days
    inner join incidents on days.day_date between incidents.first_date and incidents.last_date
    group by days.day_date
),

final as (
    select
        days.day_date,
        cast({{ dbt.date_trunc('week', 'days.day_date') }} as date) as week_date,
        cast({{ dbt.date_trunc('month', 'days.day_date') }} as date) as month_date,
        cast({{ dbt.date_trunc('quarter', 'days.day_date') }} as date) as quarter_date,
        {{ day_of_week('days.day_date') }} = 0 as is_sunday,
        coalesce(incident_days.n_data_incidents, 0) as n_data_incidents,
        incident_days.data_incident
    from days
    left join incident_days on days.day_date = incident_days.day_date
)

select * from final

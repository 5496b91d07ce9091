-- A series of days holds its first and its last day, and every one between them once.
{{ config(tags=['bridge']) }}

with days as (
    select day from {{ day_series("date '2024-02-27'", "(select date '2024-03-02')") }} as series
)

select
    count(*) as n_days,
    min(day) as first_day,
    max(day) as last_day
from days
having count(*) <> 5 or count(distinct day) <> 5 or min(day) <> date '2024-02-27' or max(day) <> date '2024-03-02'

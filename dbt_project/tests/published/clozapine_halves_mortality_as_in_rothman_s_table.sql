-- Rothman, Epidemiology: An Introduction (2002), mortality of current and past users of clozapine in two age groups:
-- the Mantel-Haenszel ratio of the rates is 0.47.
with strata as (
    select 196 as events_1, 62119 as time_1, 111 as events_0, 15763 as time_0
    union all
    select 167 as events_1, 6085 as time_1, 157 as events_0, 2780 as time_0
),

found as (
    select
        {{ mantel_haenszel('events_1', 'time_1', 'events_0', 'time_0') }} as ratio,
        {{ mantel_haenszel('events_1', 'time_1', 'events_0', 'time_0', 'low') }} as ratio_low,
        {{ mantel_haenszel('events_1', 'time_1', 'events_0', 'time_0', 'high') }} as ratio_high
    from strata
)

select * from found
where round(ratio, 2) <> 0.47 or ratio_low >= ratio or ratio_high <= ratio

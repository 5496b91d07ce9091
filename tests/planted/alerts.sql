-- How many planted incidents alerts find, after how many days, and how many alerts are about one.
-- Grain: one row per truth.

-- An incident is what truth.json plants: silence, holiday, halved use, friction (found within eight weeks), a day without
-- data for all (within two), and the fading of accounts that leave (in the sixty days before, or the week after).

with truth as (
    select * from read_json(getvariable('truth'), maximum_object_size = 100_000_000)
),

arms as (
    select unnest(arms) from truth
),

planted as (
    select 'silence' as incident, unnest(silence, recursive := true) from arms
    union all by name
    select 'two weeks of holiday' as incident, unnest(holiday, recursive := true) from arms
    union all by name
    select 'use halved' as incident, unnest(halved, recursive := true) from arms
    union all by name
    select 'more friction' as incident, unnest(friction, recursive := true) from arms
    union all by name
    select 'control: nothing happens' as incident, unnest(control, recursive := true) from arms
),

incidents as (
    select
        incident,
        account_id,
        cast("from" as date) as begins_on,
        cast("from" as date) as found_from,
        cast("from" as date) + 56 as found_until
    from planted
    union all
    select
        'decline before churn' as incident,
        account_id,
        null as begins_on,
        ended_on - 60 as found_from,
        ended_on + 7 as found_until
    from core.dim_accounts
    where ended_on is not null
),

watched as (
    select distinct
        account_id,
        scored_on
    from scores.fct_signals
    where subject_kind = 'account'
),

alerts as (
    select * from scores.fct_alerts
    where scope = 'account'
),

-- incidents of accounts that are old enough to have limits
found as (
    select
        incidents.incident,
        incidents.account_id,
        min(alerts.scored_on) - any_value(incidents.begins_on) as found_after_days,
        count(alerts.alert_id) > 0 as is_found
    from incidents
    inner join watched
        on
            incidents.account_id = watched.account_id
            and watched.scored_on between incidents.found_from and incidents.found_until
    left join alerts
        on
            incidents.account_id = alerts.subject
            and alerts.scored_on between incidents.found_from and incidents.found_until
    group by incidents.incident, incidents.account_id
),

for_all as (
    select 'outage of a day for all accounts' as incident, cast(outage_day as date) as begins_on from truth
    union all
    select 'a missing file' as incident, cast(missing_file.day as date) as begins_on from truth
),

found_for_all as (
    select
        for_all.incident,
        min(portfolio.scored_on) - any_value(for_all.begins_on) as found_after_days,
        count(portfolio.alert_id) > 0 as is_found
    from for_all
    left join scores.fct_alerts as portfolio
        on
            portfolio.scope = 'portfolio'
            and portfolio.scored_on between for_all.begins_on and for_all.begins_on + 14
    group by for_all.incident
),

happenings as (
    select * from incidents
    where incident not like 'control%'
),

marked as (
    select
        alerts.alert_id,
        count(happenings.incident) > 0 as is_about_one
    from alerts
    left join happenings
        on
            alerts.subject = happenings.account_id
            and alerts.scored_on between happenings.found_from and happenings.found_until
    group by alerts.alert_id
),

watched_weeks as (
    select
        watched.account_id,
        watched.scored_on,
        count(happenings.incident) > 0 as is_inside
    from watched
    left join happenings
        on
            watched.account_id = happenings.account_id
            and watched.scored_on between happenings.found_from and happenings.found_until
    group by watched.account_id, watched.scored_on
),

final as (
    select
        incident as truth,
        count(*) as n_planted,
        count_if(is_found) as n_found,
        median(found_after_days) as median_days
    from (
        select incident, is_found, found_after_days from found
        union all
        select incident, is_found, found_after_days from found_for_all
    )
    group by incident
    union all
    select
        'alerts about an incident' as truth,
        count(*) as n_planted,
        count_if(is_about_one) as n_found,
        null as median_days
    from marked
    union all
    select
        'the same if raised at random' as truth,
        (select count(*) from marked) as n_planted,
        cast(round((select count(*) from marked) * avg(cast(is_inside as integer))) as bigint) as n_found,
        null as median_days
    from watched_weeks
)

select * from final
order by
    case
        when truth like 'alerts%' then 3
        when truth like 'the same%' then 4
        when truth like 'control%' then 2
        else 1
    end,
    truth

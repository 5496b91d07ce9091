-- How many planted incidents of the demo alerts find, and how many alerts are about one.
-- Grain: one row per incident kind.

-- An incident is what truth.json plants: silence, holiday, halved use, friction (found within eight weeks), and the
-- fading of accounts that leave (found in the sixty days before, or the week after). DuckDB only: it reads the file.

with truth as (
    select unnest(arms, recursive := false) from read_json('{{ env_var("ONBOARDING_DATA_DIR", "data/demo") }}/company/truth.json')
),

planted as (
    select 'silence' as incident, unnest(silence, recursive := true) from truth
    union all by name
    select 'holiday' as incident, unnest(holiday, recursive := true) from truth
    union all by name
    select 'halved' as incident, unnest(halved, recursive := true) from truth
    union all by name
    select 'friction' as incident, unnest(friction, recursive := true) from truth
),

incidents as (
    select
        incident,
        account_id,
        cast("from" as date) as found_from,
        cast("from" as date) + 56 as found_until
    from planted
    union all
    select
        'leaving' as incident,
        account_id,
        ended_on - 60 as found_from,
        ended_on + 7 as found_until
    from {{ ref('dim_accounts') }}
    where ended_on is not null
),

watched as (
    select distinct
        account_id,
        scored_on
    from {{ ref('fct_signals') }}
    where subject_kind = 'account'
),

alerts as (
    select * from {{ ref('fct_alerts') }}
    where scope = 'account'
),

-- incidents of accounts that are old enough to have limits
found as (
    select
        incidents.incident,
        incidents.account_id,
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

marked as (
    select
        alerts.alert_id,
        count(incidents.incident) > 0 as is_about_one
    from alerts
    left join incidents
        on
            alerts.subject = incidents.account_id
            and alerts.scored_on between incidents.found_from and incidents.found_until
    group by alerts.alert_id
),

watched_weeks as (
    select
        watched.account_id,
        watched.scored_on,
        count(incidents.incident) > 0 as is_inside
    from watched
    left join incidents
        on
            watched.account_id = incidents.account_id
            and watched.scored_on between incidents.found_from and incidents.found_until
    group by watched.account_id, watched.scored_on
),

chance as (
    select avg(cast(is_inside as integer)) as share_of_account_weeks from watched_weeks
),

final as (
    select
        incident,
        count(*) as n_planted,
        count_if(is_found) as n_found
    from found
    group by incident
    union all
    select
        'alerts about an incident' as incident,
        count(*) as n_planted,
        count_if(is_about_one) as n_found
    from marked
    union all
    select
        'expected of as many at random' as incident,
        (select count(*) from marked) as n_planted,
        cast(round((select count(*) from marked) * share_of_account_weeks) as bigint) as n_found
    from chance
)

select * from final
order by incident

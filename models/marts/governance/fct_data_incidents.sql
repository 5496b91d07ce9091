-- Incidents of the event streams: outages, floods, names that vanished or were renamed, with who answers for them.
-- Grain: one row per incident_id.

with incidents as (
    select * from {{ ref('int_data_incidents') }}
),

stewards as (
    select
        max_by(owner, pull_id) as owner,
        max_by(steward, pull_id) as steward
    from {{ ref('stg_checks') }}
    where dataset = 'events' and border = 'landing'
),

final as (
    select
        md5(
            concat(
                incidents.source_id, '|', incidents.event_name, '|', incidents.kind, '|',
                cast(incidents.first_date as {{ dbt.type_string() }})
            )
        ) as incident_id,
        incidents.source_id,
        incidents.event_name,
        incidents.action,
        incidents.kind,
        incidents.first_date,
        incidents.last_date,
        {{ days_between('incidents.first_date', 'incidents.last_date') }} + 1 as n_days,
        {{ days_between('incidents.last_date', last_day()) }} < 2 as is_ongoing,
        incidents.n_received,
        incidents.n_usual,
        incidents.renamed_from,
        {{ incident_in_words('incidents') }} as description,
        stewards.owner,
        stewards.steward
    from incidents
    cross join stewards
)

select * from final

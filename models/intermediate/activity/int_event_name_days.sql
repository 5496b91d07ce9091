-- What a source sent on a day, by name of event and in all, beside what is usual; days without an event are there, too.
-- Grain: one row per source_id, event_name and known_on.

{{ config(materialized='incremental', partition_by='known_on') }}

with audit as (
    select * from {{ ref('stg_event_audit') }}
    where known_on between {{ first_day() }} and {{ last_day() }}
),

-- a name has a row on every day on which it is compared with the days before
compared as (
    select
        source_id,
        case when measure = 'n_rows' then '(all)' else substr(measure, 7) end as event_name,
        known_on,
        cast(value as bigint) as n_received,
        usual as n_usual,
        deviation
    from {{ ref('stg_profiles') }}
    where
        dataset = 'events'
        and (measure = 'n_rows' or measure like 'event %')
        and known_on between {{ first_day() }} and {{ last_day() }}
),

accounts as (
    select
        source_id,
        '(all)' as event_name,
        known_on,
        usual as n_accounts_usual
    from {{ ref('stg_profiles') }}
    where
        dataset = 'events'
        and measure = 'n_accounts'
        and known_on between {{ first_day() }} and {{ last_day() }}
),

resent as (
    select * from {{ ref('int_resent_events') }}
),

resent_by_name as (
    select source_id, event_name, known_on, count(*) as n_resent
    from resent
    group by source_id, event_name, known_on
    union all
    select source_id, '(all)' as event_name, known_on, count(*) as n_resent
    from resent
    group by source_id, known_on
),

-- of a pull of several days they are told on its last
clock_errors as (
    select
        pulls.source_id,
        '(all)' as event_name,
        pulls.last_date as known_on,
        cast(sum(rejects.n_records) as bigint) as n_clock_errors
    from {{ ref('stg_rejects') }} as rejects
    inner join {{ ref('stg_pulls') }} as pulls
        on rejects.source_id = pulls.source_id and rejects.pull_id = pulls.pull_id
    where
        pulls.entity = 'events'
        and pulls.last_date between {{ first_day() }} and {{ last_day() }}
        and (rejects.reason like 'occurred_at %' or rejects.reason like 'received_at %')
    group by pulls.source_id, pulls.last_date
),

final as (
    select
        compared.source_id,
        compared.event_name,
        compared.known_on,
        compared.n_received,
        compared.n_usual,
        compared.deviation,
        coalesce(resent_by_name.n_resent, 0) as n_resent,
        coalesce(audit.n_late, 0) as n_late,
        coalesce(audit.n_unknown_account, 0) as n_unknown_account,
        coalesce(audit.n_before_sign_up, 0) as n_before_sign_up,
        coalesce(audit.n_after_end, 0) as n_after_end,
        coalesce(clock_errors.n_clock_errors, 0) as n_clock_errors,
        coalesce(audit.n_accounts, 0) as n_accounts,
        accounts.n_accounts_usual,
        coalesce(audit.n_regular_accounts, 0) as n_regular_accounts,
        coalesce(audit.n_silent_accounts, 0) as n_silent_accounts,
        audit.app_version,
        audit.renamed_from
    from compared
    left join accounts on {{ same_keys('compared', 'accounts', ['source_id', 'event_name', 'known_on']) }}
    left join audit on {{ same_keys('compared', 'audit', ['source_id', 'event_name', 'known_on']) }}
    left join resent_by_name on {{ same_keys('compared', 'resent_by_name', ['source_id', 'event_name', 'known_on']) }}
    left join clock_errors on {{ same_keys('compared', 'clock_errors', ['source_id', 'event_name', 'known_on']) }}
)

select * from final

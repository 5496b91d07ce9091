-- The audit of event streams: what every source sent on a day, by name of event, and what is found in it.
-- Grain: one row per source_id, received_date and event_name.

with findings as (
    select * from {{ ref('int_event_findings') }}
),

final as (
    select
        source_id,
        known_on as received_date,
        event_name,
        action,
        n_received,
        n_usual,
        deviation,
        finding,
        n_resent,
        n_late,
        n_unknown_account,
        n_before_sign_up,
        n_after_end,
        n_clock_errors,
        n_accounts,
        n_regular_accounts,
        n_silent_accounts,
        app_version,
        case when finding = 'renamed' then renamed_from end as renamed_from
    from findings
)

select * from final

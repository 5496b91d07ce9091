-- What every source sent on a day, by name of event, as it was audited last.
-- Grain: one row per source_id, event_name and known_on.

with landed as (
    select
        *,
        -- a day that was landed again says what it says now: a name that is gone leaves no row
        max(pull_id) over (partition by source_id, known_on) as newest_pull_id
    from {{ source('lake', 'event_audit') }}
),

final as (
    select
        source_id,
        event_name,
        known_on,
        n_received,
        n_late,
        n_unknown_account,
        n_before_sign_up,
        n_after_end,
        n_accounts,
        n_regular_accounts,
        n_silent_accounts,
        app_version,
        renamed_from
    from landed
    where pull_id = newest_pull_id
)

select * from final

-- The days from its start in which an account is followed, and what it paid before them.
-- Grain: one row per account_id and horizon_days.

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

events as (
    select * from {{ ref('int_account_outcome_events') }}
),

earlier as (
    select
        accounts.account_id,
        case when count(events.mrr_change) = count(events.outcome) then coalesce(sum(events.mrr_change), 0.0) end
            as mrr_before
    from accounts
    left join events on accounts.account_id = events.account_id and accounts.started_date > events.happened_on
    group by accounts.account_id
),

final as (
    {% for days in [90, 180, 365, 730] %}
    select
        accounts.account_id,
        accounts.started_date,
        accounts.lifecycle,
        {{ days }} as horizon_days,
        {{ add_days('accounts.started_date', days) }} as horizon_date,
        earlier.mrr_before
    from accounts
    inner join earlier on accounts.account_id = earlier.account_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final

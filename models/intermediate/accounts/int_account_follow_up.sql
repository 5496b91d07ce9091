-- Until when each account was observed and whether it left: the follow-up behind every comparison of segments.
-- Grain: one row per account_id.

with starts as (
    select accounts.*
    from {{ ref('int_account_start_versions') }} as accounts
    left join {{ ref('int_account_exclusions') }} as exclusions
        on {{ is_excluded_on(last_day()) }}
    where
        accounts.known_from <= {{ last_day() }}
        and (accounts.known_to is null or accounts.known_to > {{ last_day() }})
        and exclusions.account_id is null
),

states as (
    select * from {{ ref('int_subscription_states') }}
    where scored_on = {{ last_day() }}
),

changes as (
    select
        *,
        lifecycle in ('churned', 'completed') as is_end,
        lag(lifecycle in ('churned', 'completed')) over (partition by account_id order by changed_on) as was_end,
        min(case when lifecycle in ('churned', 'completed') then 1 else 0 end) over (partition by account_id) = 1
            as never_began
    from {{ ref('int_account_lifecycle_changes') }}
),

-- the first loss of what had begun counts, also of an account that came back; without one, the first end
ends as (
    select
        account_id,
        coalesce(min(case when lifecycle = 'churned' then changed_on end), min(changed_on)) as ended_on,
        count(case when lifecycle = 'churned' then 1 end) > 0 as is_loss
    from changes
    where is_end and (not was_end or never_began)
    group by account_id
),

returns as (
    select
        changes.account_id,
        min(changes.changed_on) as returned_on
    from changes
    inner join ends on changes.account_id = ends.account_id and changes.changed_on > ends.ended_on
    where not changes.is_end
    group by changes.account_id
),

final as (
    select
        starts.account_id,
        starts.signed_up_at,
        starts.started_at,
        starts.started_date,
        coalesce(states.lifecycle, 'none') as lifecycle,
        {{ mrr_paid('states', last_day()) }} as mrr,
        states.mrr_unknown_reason,
        states.original_mrr,
        states.original_currency,
        states.renewal_date,
        ends.ended_on,
        returns.returned_on,
        case when states.lifecycle in ('churned', 'completed') then states.changed_on end as gone_since,
        coalesce(ends.is_loss, false) as has_churned,
        coalesce(ends.ended_on, {{ last_day() }}) as observed_until
    from starts
    left join states on starts.account_id = states.account_id
    left join ends on starts.account_id = ends.account_id
    left join returns on starts.account_id = returns.account_id
)

select * from final

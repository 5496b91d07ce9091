-- What counts as an outcome of an account: trial, first payment, changes of price, renewals, end and return, by day.
-- Grain: one row per account_id, outcome and happened_on.

-- A pause is no end, and going on after it no expansion; coming back after an end is a return, at whatever price.
-- Amounts of an account add up to what it pays: first payment, expansion, contraction, pause, resumption, end, return.
{% set by_account = 'partition by account_id order by changed_on' %}

with changes as (
    select
        *,
        lifecycle in ('churned', 'completed') as is_end,
        -- what is unknown is more than nothing, and nothing after a price is a lower price
        lifecycle in ('active', 'past_due') and max(
            case when lifecycle in ('active', 'past_due') and coalesce(mrr, 1.0) > 0.0 then 1 else 0 end
        ) over ({{ by_account }}) = 1 as is_paying
    from {{ ref('int_account_lifecycle_changes') }}
),

ordered as (
    select
        *,
        lag(is_end) over ({{ by_account }}) as was_end,
        coalesce(lag(is_paying) over ({{ by_account }}), false) as was_paying,
        lag(mrr) over ({{ by_account }}) as mrr_before,
        count(case when lifecycle = 'trialing' then 1 end) over ({{ by_account }}) as n_trials,
        count(case when is_end then 1 end) over ({{ by_account }}) as n_ends,
        min(case when is_end then 1 else 0 end) over (partition by account_id) = 1 as never_began,
        row_number() over ({{ by_account }}) as place,
        lead(changed_on) over ({{ by_account }}) as next_changed_on
    from changes
),

payments as (
    select
        *,
        lag(mrr) over ({{ by_account }}) as paid_before,
        lag(n_ends) over ({{ by_account }}) as ends_before
    from ordered
    where is_paying
),

-- on the day on which it was due, whenever that was settled; one made early on that day. A subscription in whose place
-- another one came is no renewal that was missed.
renewals as (
    select
        renewals.account_id,
        case
            when renewals.renewed_on is not null then 'renewal'
            when renewals.ended_on is not null then 'renewal_missed'
            else 'renewal_open'
        end as outcome,
        least(coalesce(renewals.renewed_on, renewals.due_on), renewals.due_on) as happened_on
    from {{ ref('int_renewals') }} as renewals
    left join ordered
        on
            renewals.account_id = ordered.account_id
            and renewals.ended_on >= ordered.changed_on
            and coalesce(renewals.ended_on < ordered.next_changed_on, true)
    where renewals.ended_on is null or coalesce(ordered.is_end, true)
),

final as (
    select account_id, 'trial_started' as outcome, changed_on as happened_on, 0.0 as mrr_change
    from ordered
    where lifecycle = 'trialing' and n_trials = 1
    union all
    -- the first day on which it pays after a trial
    select account_id, 'trial_converted' as outcome, min(changed_on) as happened_on, 0.0 as mrr_change
    from ordered
    where lifecycle = 'active' and n_trials > 0 and coalesce(mrr, 1.0) > 0.0
    group by account_id
    union all
    select
        account_id,
        case when ends_before is null then 'first_payment' else 'reactivation' end as outcome,
        changed_on as happened_on,
        mrr as mrr_change
    from payments
    where ends_before is null or ends_before < n_ends
    union all
    select account_id, 'resumption' as outcome, changed_on as happened_on, paid_before as mrr_change
    from payments
    where not was_paying and ends_before = n_ends
    union all
    select
        account_id,
        case when mrr > paid_before then 'expansion' else 'contraction' end as outcome,
        changed_on as happened_on,
        mrr - paid_before as mrr_change
    from payments
    where ends_before = n_ends and mrr <> paid_before
    union all
    select account_id, 'amount_unknown' as outcome, changed_on as happened_on, cast(null as double) as mrr_change
    from payments
    where mrr is null or (ends_before = n_ends and paid_before is null)
    union all
    select account_id, 'pause' as outcome, changed_on as happened_on, -1 * mrr_before as mrr_change
    from ordered
    where was_paying and not is_paying and not is_end
    union all
    select
        account_id,
        case when lifecycle = 'churned' then 'churn' else 'completion' end as outcome,
        changed_on as happened_on,
        case when was_paying then -1 * mrr_before else 0.0 end as mrr_change
    from ordered
    where is_end and (not was_end or (never_began and place = 1))
    union all
    select account_id, outcome, happened_on, 0.0 as mrr_change
    from renewals
    group by account_id, outcome, happened_on
)

select * from final

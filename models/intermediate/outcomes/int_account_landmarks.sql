-- When each account comes to a landmark, a fixed day after its start as known on that very day, and what it is then.
-- Grain: one row per account_id and landmark_day.

-- A start that is corrected later moves no landmark that has passed. Accounts that were unknown, internal or deleted on
-- the day have none.

with accounts as (
    select * from {{ ref('int_account_start_versions') }}
),

exclusions as (
    select * from {{ ref('int_account_exclusions') }}
),

amounts as (
    select * from {{ ref('int_subscription_amounts') }}
),

dated as (
    {% for days in landmark_days() %}
    select
        *,
        {{ days }} as landmark_day,
        {{ add_days('started_date', days) }} as landmark_date
    from accounts
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

known as (
    select
        accounts.*,
        row_number() over (
            partition by accounts.account_id, accounts.landmark_day order by accounts.landmark_date
        ) as place
    from dated as accounts
    left join exclusions on {{ is_excluded_on('accounts.landmark_date') }}
    where
        exclusions.account_id is null
        and accounts.landmark_date <= {{ last_day() }}
        and accounts.landmark_date >= accounts.known_from
        and (accounts.known_to is null or accounts.landmark_date < accounts.known_to)
),

landmarks as (
    select * from known
    where place = 1
),

as_known as (
    select
        amounts.*,
        landmarks.landmark_day,
        landmarks.landmark_date,
        {{ newest_change('amounts.subscription_id, landmarks.landmark_day', 'amounts') }} as recency
    from landmarks
    inner join amounts
        on
            landmarks.account_id = amounts.account_id
            and landmarks.landmark_date >= amounts.changed_on
            and landmarks.landmark_date >= amounts.known_from
            and (amounts.known_to is null or landmarks.landmark_date < amounts.known_to)
),

states as (
    select
        account_id,
        landmark_day,
        {{ lifecycle_of_subscriptions() }} as lifecycle,
        {{ amounts_of_subscriptions() }},
        min(case
            when status not in ('churned', 'completed') and renewal_date >= landmark_date then renewal_date
        end) as renewal_date
    from as_known
    where recency = 1
    group by account_id, landmark_day
),

final as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        landmarks.started_date,
        landmarks.landmark_date,
        coalesce(states.lifecycle, 'none') as lifecycle,
        {{ mrr_paid('states', 'landmarks.landmark_date') }} as mrr,
        {{ days_between('landmarks.landmark_date', 'states.renewal_date') }} as days_to_renewal
    from landmarks
    left join states on {{ same_keys('landmarks', 'states', ['account_id', 'landmark_day']) }}
)

select * from final

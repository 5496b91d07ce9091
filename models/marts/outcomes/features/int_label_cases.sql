-- When each account comes to each landmark and horizon, and why nothing is learned from those that do not count.
-- Grain: one row per account_id, landmark_day and horizon_days.

-- A landmark that passed keeps its day when the start is corrected later; without one it is counted from the start as
-- known today.

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

landmarks as (
    select * from {{ ref('int_account_landmarks') }}
),

first_values as (
    select
        account_id,
        min(attained_date) as first_value_on
    from {{ ref('int_account_steps') }}
    where kind = 'first_value'
    group by account_id
),

days as (
    {% for landmark_day in landmark_days() %}
    select {{ landmark_day }} as landmark_day
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

horizons as (
    {% for horizon_days in label_horizons() %}
    select {{ horizon_days }} as horizon_days
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

dated as (
    select
        accounts.account_id,
        days.landmark_day,
        landmarks.account_id is not null as was_known,
        coalesce(landmarks.landmark_date, {{ add_days('accounts.started_date', 'days.landmark_day') }}) as landmark_date
    from accounts
    cross join days
    left join landmarks
        on accounts.account_id = landmarks.account_id and days.landmark_day = landmarks.landmark_day
),

-- what it was on the landmark, whatever it became later
states as (
    select
        dated.*,
        changes.lifecycle,
        changes.lifecycle in ('active', 'past_due') and changes.mrr is null as is_unknown,
        row_number() over (
            partition by dated.account_id, dated.landmark_day order by changes.changed_on desc
        ) as recency
    from dated
    left join {{ ref('int_account_lifecycle_changes') }} as changes
        on dated.account_id = changes.account_id and dated.landmark_date >= changes.changed_on
),

cases as (
    select
        states.*,
        horizons.horizon_days,
        {{ add_days('states.landmark_date', 'horizons.horizon_days') }} as horizon_date
    from states
    cross join horizons
    where states.recency = 1
),

final as (
    select
        cases.account_id,
        cases.landmark_day,
        cases.horizon_days,
        cases.landmark_date,
        cases.horizon_date,
        first_values.first_value_on,
        cases.is_unknown,
        case
            when cases.landmark_date > {{ last_day() }} then 'landmark_ahead'
            when not cases.was_known then 'not_known'
            when cases.lifecycle is null then 'no_subscription'
            when cases.lifecycle in ('churned', 'completed') then 'had_left'
            when cases.horizon_date > {{ last_day() }} then 'horizon_ahead'
        end as ineligible_reason
    from cases
    left join first_values on cases.account_id = first_values.account_id
)

select * from final

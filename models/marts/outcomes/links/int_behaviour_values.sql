-- How much of each behaviour an account showed in its first days, and how active it was otherwise.
-- Grain: one row per account_id, window_days and behaviour.

-- An action that was not used counts as 0. Otherwise: the days with other actions, added up over them; of how many people
-- and how many actions there are, the days with use at all; of days with use, nothing.

with landmarks as (
    select
        *,
        landmark_day as window_days
    from {{ ref('int_account_landmarks') }}
    where landmark_day in (7, 14, 30)
),

early_actions as (
    select * from {{ ref('int_early_actions') }}
),

activity as (
    select * from {{ ref('int_early_activity') }}
),

actions as (
    select distinct action from {{ ref('int_event_name_actions') }}
),

milestones as (
    select
        milestone_id,
        max(action) as action
    from {{ ref('milestones') }}
    where is_step
    group by milestone_id
),

attained as (
    select distinct
        landmarks.account_id,
        landmarks.window_days,
        history.milestone_id
    from landmarks
    inner join {{ ref('int_milestone_history') }} as history
        on
            landmarks.account_id = history.account_id
            and history.attained_date <= landmarks.landmark_date
            and history.known_from <= landmarks.landmark_date
            and (history.known_to is null or history.known_to > landmarks.landmark_date)
),

final as (
    select
        landmarks.account_id,
        landmarks.window_days,
        concat('action ', actions.action) as behaviour,
        coalesce(early_actions.n, 0) as value,
        activity.n_action_days - coalesce(early_actions.n_days, 0) as other_use
    from landmarks
    cross join actions
    inner join activity on {{ same_keys('landmarks', 'activity', ['account_id', 'landmark_day']) }}
    left join early_actions
        on
            {{ same_keys('landmarks', 'early_actions', ['account_id', 'landmark_day']) }}
            and actions.action = early_actions.action
    union all
    {% for behaviour, column, other in [
        ('people', 'n_people', 'activity.n_active_days'), ('different actions', 'n_actions', 'activity.n_active_days'),
        ('active days', 'n_active_days', '0'),
    ] %}
    select
        landmarks.account_id,
        landmarks.window_days,
        '{{ behaviour }}' as behaviour,
        activity.{{ column }} as value,
        {{ other }} as other_use
    from landmarks
    inner join activity on {{ same_keys('landmarks', 'activity', ['account_id', 'landmark_day']) }}
    union all
    {% endfor %}
    select
        landmarks.account_id,
        landmarks.window_days,
        concat('milestone ', milestones.milestone_id) as behaviour,
        case when attained.account_id is not null then 1 else 0 end as value,
        activity.n_action_days - coalesce(early_actions.n_days, 0) as other_use
    from landmarks
    cross join milestones
    inner join activity on {{ same_keys('landmarks', 'activity', ['account_id', 'landmark_day']) }}
    left join early_actions
        on
            {{ same_keys('landmarks', 'early_actions', ['account_id', 'landmark_day']) }}
            and milestones.action = early_actions.action
    left join attained
        on
            {{ same_keys('landmarks', 'attained', ['account_id', 'window_days']) }}
            and milestones.milestone_id = attained.milestone_id
)

select * from final

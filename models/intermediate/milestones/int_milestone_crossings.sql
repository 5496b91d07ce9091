-- When a criterion was met and since when that was known: late rows can move it to an earlier time.
-- Grain: one row per account_id, milestone_id, version and known_from.

{{ config(materialized='incremental', partition_by='known_from') }}

{% set path = 'account_id, milestone_id, version' %}

with milestones as (
    select * from {{ ref('milestones') }}
),

in_window as (
    select
        candidates.account_id,
        candidates.milestone_id,
        candidates.version,
        candidates.event_date,
        milestones.min_count,
        milestones.min_users,
        milestones.min_active_days,
        coalesce(milestone_days.user_id, '') as user_id,
        milestone_days.event_date as use_date,
        milestone_days.known_on,
        milestone_days.is_end,
        milestone_days.n
    from {{ ref('int_milestone_candidate_days') }} as candidates
    inner join milestones
        on candidates.milestone_id = milestones.milestone_id and candidates.version = milestones.version
    inner join {{ ref('int_milestone_user_days') }} as milestone_days
        on
            candidates.account_id = milestone_days.account_id
            and candidates.milestone_id = milestone_days.milestone_id
            and candidates.version = milestone_days.version
            and candidates.event_date >= milestone_days.event_date
            and (
                milestones.within_days is null
                or {{ days_between('milestone_days.event_date', 'candidates.event_date') }} < milestones.within_days
            )
),

running as (
    select
        *,
        sum(n) over (partition by {{ path }}, event_date order by known_on) as n_known,
        row_number() over (partition by {{ path }}, event_date, user_id, is_end order by known_on) as nth_of_user,
        row_number() over (partition by {{ path }}, event_date, use_date order by known_on) as nth_of_day
    from in_window
),

ranked as (
    select
        *,
        sum(case when nth_of_user = 1 then 1 - 2 * is_end else 0 end) over (
            partition by {{ path }}, event_date order by known_on
        ) as n_users_known,
        sum(case when nth_of_day = 1 then 1 else 0 end) over (
            partition by {{ path }}, event_date order by known_on
        ) as n_days_known
    from running
),

-- each day on which more became known of a day that meets it: the time within the day may have moved
met as (
    select distinct
        {{ path }},
        event_date as met_on,
        greatest(known_on, event_date) as known_from
    from ranked
    where n > 0 and n_known >= min_count and n_users_known >= min_users and n_days_known >= min_active_days
),

-- what earlier builds found, next to what this one finds
earliest_per_known as (
    select
        {{ path }},
        known_from,
        min(met_on) as met_on
    from met
    group by {{ path }}, known_from
    {% if is_incremental() %}
    union all
    select
        {{ path }},
        known_from,
        met_on
    from {{ this }}
    where known_from < {{ first_day() }}
    {% endif %}
),

compared as (
    select
        *,
        min(met_on) over (
            partition by {{ path }} order by known_from rows between unbounded preceding and 1 preceding
        ) as met_on_before
    from earliest_per_known
),

final as (
    select
        {{ path }},
        met_on,
        known_from
    from compared
    where
        known_from between {{ first_day() }} and {{ last_day() }}
        and (met_on_before is null or met_on <= met_on_before)
)

select * from final

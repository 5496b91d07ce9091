-- Attainments with the exact time of the event that met the criterion, read back from just those account-days.
-- Grain: one row per account_id, milestone_id, version and known_from.

{{ config(materialized='incremental', partition_by='known_from') }}

with milestones as (
    select * from {{ ref('milestones') }}
),

crossings as (
    select
        account_id,
        milestone_id,
        version,
        met_on,
        known_from
    from {{ ref('int_milestone_crossings') }}
    where known_from between {{ first_day() }} and {{ last_day() }}
),

before as (
    select
        crossings.account_id,
        crossings.milestone_id,
        crossings.version,
        crossings.known_from,
        sum(milestone_days.n) as n,
        count(distinct case when milestone_days.is_end = 0 then coalesce(milestone_days.user_id, '') end)
        - count(distinct case when milestone_days.is_end = 1 then milestone_days.user_id end) as n_users
    from crossings
    inner join milestones
        on crossings.milestone_id = milestones.milestone_id and crossings.version = milestones.version
    inner join {{ ref('int_milestone_user_days') }} as milestone_days
        on
            crossings.account_id = milestone_days.account_id
            and crossings.milestone_id = milestone_days.milestone_id
            and crossings.version = milestone_days.version
            and crossings.met_on > milestone_days.event_date
            and crossings.known_from >= milestone_days.known_on
            and (
                milestones.within_days is null
                or {{ days_between('milestone_days.event_date', 'crossings.met_on') }} < milestones.within_days
            )
    group by crossings.account_id, crossings.milestone_id, crossings.version, crossings.known_from
),

read_back as (
    select * from {{ ref('int_milestone_reread_events') }}
),

counted as (
    select
        read_back.*,
        sum(read_back.n) over (
            partition by read_back.account_id, read_back.milestone_id, read_back.version, read_back.known_from
            order by read_back.occurred_at, read_back.event_id
        ) + coalesce(before.n, 0) as n_so_far,
        sum(read_back.is_new_user) over (
            partition by read_back.account_id, read_back.milestone_id, read_back.version, read_back.known_from
            order by read_back.occurred_at, read_back.event_id
        ) + coalesce(before.n_users, 0) as n_users_so_far
    from read_back
    left join before
        on
            read_back.account_id = before.account_id
            and read_back.milestone_id = before.milestone_id
            and read_back.version = before.version
            and read_back.known_from = before.known_from
),

exact as (
    select
        counted.account_id,
        counted.milestone_id,
        counted.version,
        counted.known_from,
        min(counted.occurred_at) as attained_at
    from counted
    inner join milestones
        on counted.milestone_id = milestones.milestone_id and counted.version = milestones.version
    where counted.n_so_far >= milestones.min_count and counted.n_users_so_far >= milestones.min_users
    group by counted.account_id, counted.milestone_id, counted.version, counted.known_from
),

final as (
    select
        crossings.account_id,
        crossings.milestone_id,
        crossings.version,
        crossings.met_on,
        coalesce(exact.attained_at, cast(crossings.met_on as timestamp)) as attained_at,
        crossings.known_from
    from crossings
    left join exact
        on
            crossings.account_id = exact.account_id
            and crossings.milestone_id = exact.milestone_id
            and crossings.version = exact.version
            and crossings.known_from = exact.known_from
)

select * from final

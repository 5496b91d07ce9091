-- Days on which a milestone may have been met: none later than the day on which the timely rows alone meet it.
-- Grain: one row per account_id, milestone_id, version and event_date.

with reached as (
    select * from {{ ref('int_milestone_threshold_days') }}
),

milestones as (
    select * from {{ ref('milestones') }}
),

bounds as (
    select
        account_id,
        milestone_id,
        version,
        min(case when is_timely then event_date end) as timely_on
    from {{ ref('int_milestone_threshold_days') }}
    group by account_id, milestone_id, version
),

-- only milestones that ask for several people have to look at who it was
people as (
    select
        uses.account_id,
        uses.milestone_id,
        uses.version,
        count(distinct coalesce(uses.user_id, '')) as n_users,
        -- whoever has several ids counts once at most: a lower bound, whatever was known when
        count(distinct case
            when
                uses.event_date <= bounds.timely_on
                and uses.known_on <= uses.event_date
                and (
                    uses.within_days is null
                    or {{ days_between('uses.event_date', 'bounds.timely_on') }} < uses.within_days
                )
                then case when people.user_id is null then coalesce(uses.user_id, '') else 'several ids' end
        end) as n_timely_users
    from {{ ref('int_milestone_event_days') }} as uses
    inner join bounds
        on
            uses.account_id = bounds.account_id
            and uses.milestone_id = bounds.milestone_id
            and uses.version = bounds.version
    left join (
        select user_id from {{ ref('int_person_spells') }}
        union
        select person_id as user_id from {{ ref('int_person_spells') }}
    ) as people on uses.user_id = people.user_id
    where uses.min_users > 1
    group by uses.account_id, uses.milestone_id, uses.version
),

learned as (
    select
        account_id,
        milestone_id,
        version,
        min(event_date) as learned_from
    from {{ ref('int_milestone_account_days') }}
    where known_on >= {{ first_day() }}
    group by account_id, milestone_id, version
),

final as (
    select
        reached.account_id,
        reached.milestone_id,
        reached.version,
        reached.event_date
    from reached
    inner join learned
        on
            reached.account_id = learned.account_id
            and reached.milestone_id = learned.milestone_id
            and reached.version = learned.version
            and reached.event_date >= learned.learned_from
    inner join bounds
        on
            reached.account_id = bounds.account_id
            and reached.milestone_id = bounds.milestone_id
            and reached.version = bounds.version
    inner join milestones
        on reached.milestone_id = milestones.milestone_id and reached.version = milestones.version
    left join people
        on
            reached.account_id = people.account_id
            and reached.milestone_id = people.milestone_id
            and reached.version = people.version
    where
        (milestones.min_users <= 1 or people.n_users >= milestones.min_users)
        and (
            bounds.timely_on is null
            or reached.event_date <= bounds.timely_on
            or (milestones.min_users > 1 and people.n_timely_users < milestones.min_users)
        )
)

select * from final

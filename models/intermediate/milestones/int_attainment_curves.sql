-- Share of a segment's accounts that attained a milestone within so many days, as known on each scored day.
-- Grain: one row per scored_on, segment_attribute, segment_value, milestone_id, version and day_number.

-- Product-limit estimate (Kaplan and Meier 1958): accounts not yet so old count as far as they have come.

with scored_days as (
    select * from {{ ref('int_scored_days') }}
),

-- with the start that was known first, of accounts whose start was corrected
first_starts as (
    select * from {{ ref('int_account_milestones') }}
    where known_from = known_on
),

account_milestones as (
    select
        account_milestones.account_id,
        account_milestones.milestone_id,
        account_milestones.version,
        account_milestones.started_date,
        account_milestones.known_on,
        account_milestones.target_days,
        segments.segment_attribute,
        segments.segment_value
    from first_starts as account_milestones
    inner join (
        select account_id, milestone_id, version, segment_attribute, segment_value
        from first_starts
        union
        select account_id, milestone_id, version, 'all' as segment_attribute, 'all' as segment_value
        from first_starts
    ) as segments
        on {{ same_keys('account_milestones', 'segments', ['account_id', 'milestone_id', 'version']) }}
    where account_milestones.target_days is not null
),

day_numbers as (
    select {{ days_between("date '2000-01-01'", 'series.day') }} as day_number
    from {{ day_series("date '2000-01-01'", "date '2001-12-31'") }} as series
),

first_known as (
    select
        account_id,
        milestone_id,
        version,
        min(known_from) as known_from,
        min_by(attained_date, known_from) as attained_date
    from {{ ref('int_milestone_history') }}
    group by account_id, milestone_id, version
),

account_days as (
    select
        account_milestones.segment_attribute,
        account_milestones.segment_value,
        account_milestones.milestone_id,
        account_milestones.version,
        day_numbers.day_number,
        -- nobody is counted before it is known that there is such an account
        greatest(
            {{ add_days('account_milestones.started_date', 'day_numbers.day_number') }}, account_milestones.known_on
        ) as reached_on,
        greatest(first_known.known_from, account_milestones.known_on) as known_from,
        {{ days_to('account_milestones.started_date', 'first_known.attained_date') }} as attained_day
    from account_milestones
    inner join day_numbers on account_milestones.target_days >= day_numbers.day_number
    left join first_known
        on {{ same_keys('account_milestones', 'first_known', ['account_id', 'milestone_id', 'version']) }}
),

changes as (
    {% set keys = 'segment_attribute, segment_value, milestone_id, version, day_number' %}
    select {{ keys }}, reached_on as known_on, 1 as n_at_risk, 0 as n_attained
    from account_days
    union all
    select {{ keys }}, greatest(known_from, reached_on) as known_on, -1 as n_at_risk, 0 as n_attained
    from account_days
    where attained_day < day_number
    union all
    select {{ keys }}, known_from as known_on, 0 as n_at_risk, 1 as n_attained
    from account_days
    where attained_day = day_number
),

daily as (
    select {{ keys }}, known_on, sum(n_at_risk) as n_at_risk, sum(n_attained) as n_attained
    from changes
    group by {{ keys }}, known_on
),

as_known as (
    select scored_days.scored_on, {{ keys }}, sum(n_at_risk) as n_at_risk, sum(n_attained) as n_attained
    from scored_days
    inner join daily on scored_days.scored_on >= daily.known_on
    group by scored_days.scored_on, {{ keys }}
),

final as (
    {% set so_far %}over (
            partition by scored_on, segment_attribute, segment_value, milestone_id, version order by day_number
        ){% endset %}
    select
        scored_on,
        {{ keys }},
        n_at_risk,
        n_attained,
        -- the curve ends where nobody is at risk
        case
            when min(n_at_risk) {{ so_far }} > 0
                then 1.0 - exp(sum(ln(
                    greatest(1.0 - n_attained / nullif(cast(n_at_risk as double), 0.0), 0.000000001)
                )) {{ so_far }})
        end as attained_ratio
    from as_known
)

select * from final

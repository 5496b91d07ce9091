-- What is true of each live account today that whoever calls should know, in one line.
-- Grain: one row per account_id.

with facts as (
    select * from {{ ref('int_play_facts') }}
    where scored_on = {{ last_day() }}
),

renewals as (
    select account_id, max(renewal_date) as renewal_date
    from {{ ref('int_subscription_states') }}
    where scored_on = {{ last_day() }} and renewal_date between {{ last_day() }} and {{ add_days(last_day(), 60) }}
    group by account_id
),

-- by the newest version of each
milestones as (
    select
        milestone_id,
        max_by(name, version) as name,
        max_by(sequence, version) as sequence,
        max_by(is_optional, version) as is_optional
    from {{ ref('milestones') }}
    group by milestone_id
),

named as (
    select
        facts.account_id,
        max(case when facts.kind = 'band' then facts.value end) as band,
        max(case when diagnoses.diagnosis not in ('healthy', 'unclear') then lower(diagnoses.name) end) as diagnosis,
        min_by(milestones.name, milestones.sequence) as milestone,
        max(case when facts.kind = 'stall' then facts.value end) as stalled_in
    from facts
    left join {{ ref('diagnoses') }} as diagnoses on facts.kind = 'diagnosis' and facts.value = diagnoses.diagnosis
    left join milestones
        on facts.kind = 'milestone' and facts.value = milestones.milestone_id and not milestones.is_optional
    group by facts.account_id
),

final as (
    select
        named.account_id,
        concat_ws(
            '; ',
            'renews on ' || cast(renewals.renewal_date as {{ dbt.type_string() }}),
            named.diagnosis,
            'overdue: ' || named.milestone,
            'stalled in ' || named.stalled_in,
            replace(named.band, '_', ' ')
        ) as situation
    from named
    left join renewals on named.account_id = renewals.account_id
)

select * from final

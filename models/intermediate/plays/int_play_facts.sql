-- What is true of an account on a scored day that may call for a play: its band, a stall, a renewal and so on.
-- Grain: one row per account_id, scored_on, kind and value.

with scores as (
    select * from {{ ref('int_account_score_days') }}
    where
        is_published and scored_on between {{ first_day() }} and {{ last_day() }}
        and coalesce(lifecycle, 'none') not in ('churned', 'completed')
),

bands as (
    select * from {{ ref('int_account_bands') }}
),

standings as (
    select * from {{ ref('int_journey_states') }}
),

overdue as (
    select * from {{ ref('int_milestone_states') }}
    where attained_at is null and target_date < scored_on
),

triggers as (
    select * from {{ ref('play_triggers') }}
),

renewals as (
    select * from {{ ref('int_subscription_states') }}
    where renewal_date >= scored_on
),

renewals_ahead as (
    select
        renewals.account_id,
        renewals.scored_on,
        triggers.value,
        max(renewals.renewal_date) as renewal_date
    from renewals
    inner join triggers
        on
            triggers.kind = 'renewal'
            and {{ days_between('renewals.scored_on', 'renewals.renewal_date') }} <= try_cast(triggers.value as integer)
    group by renewals.account_id, renewals.scored_on, triggers.value
),

found as (
    select scored.account_id, scored.scored_on, 'band' as kind, bands.band as value, 'band ' as said
    from scores as scored
    inner join bands on {{ same_keys('scored', 'bands', ['account_id', 'scored_on', 'rubric_version']) }}
    union all
    select account_id, scored_on, 'category' as kind, category as value, 'weak in ' as said
    from {{ ref('int_weak_categories') }}
    union all
    select account_id, scored_on, 'milestone' as kind, milestone_id as value, 'overdue: ' as said
    from overdue
    union all
    select account_id, scored_on, 'diagnosis' as kind, diagnosis as value, 'diagnosis ' as said
    from standings
    union all
    select account_id, scored_on, 'stall' as kind, stage as value, 'stalled in ' as said
    from standings
    where stalled_on is not null
    union all
    select account_id, scored_on, 'renewal' as kind, value, 'renewal on ' as said
    from renewals_ahead
),

final as (
    select
        found.account_id,
        found.scored_on,
        found.kind,
        found.value,
        concat(found.said, coalesce(cast(renewals_ahead.renewal_date as {{ dbt.type_string() }}), found.value))
            as reason,
        renewals_ahead.renewal_date
    from found
    inner join scores on {{ same_keys('found', 'scores', ['account_id', 'scored_on']) }}
    left join renewals_ahead
        on
            {{ same_keys('found', 'renewals_ahead', ['account_id', 'scored_on', 'value']) }}
            and found.kind = 'renewal'
)

select * from final

-- Plays that make no sense for an account on a scored day: a kind of their conditions of which none holds.
-- Grain: one row per account_id, scored_on and play_id.

with scores as (
    select * from {{ ref('int_account_score_days') }}
    where is_published and scored_on between {{ first_day() }} and {{ last_day() }}
),

conditions as (
    select * from {{ ref('play_conditions') }}
),

measured as (
    select
        scores.account_id,
        scores.scored_on,
        scores.tenure_days,
        case when progress.n_required_open > 0 then 'true' else 'false' end as has_open_milestone,
        standings.diagnosis,
        {{ days_between('scores.scored_on', 'contracts.renewal_date') }} as days_to_renewal
    from scores
    inner join {{ ref('int_journey_progress') }} as progress
        on {{ same_keys('scores', 'progress', ['account_id', 'scored_on']) }}
    inner join {{ ref('int_journey_states') }} as standings
        on {{ same_keys('scores', 'standings', ['account_id', 'scored_on']) }}
    left join {{ ref('int_subscription_states') }} as contracts
        on {{ same_keys('scores', 'contracts', ['account_id', 'scored_on']) }}
),

checked as (
    select
        measured.account_id,
        measured.scored_on,
        conditions.play_id,
        conditions.kind,
        max(case
            when
                case conditions.kind
                    when 'open_milestone' then measured.has_open_milestone = lower(conditions.value)
                    when 'diagnosis' then measured.diagnosis = conditions.value
                    when 'renewal_within_days'
                        then measured.days_to_renewal between 0 and try_cast(conditions.value as integer)
                    when 'tenure_at_least_days'
                        then measured.tenure_days >= try_cast(conditions.value as integer)
                    when 'tenure_below_days'
                        then measured.tenure_days < try_cast(conditions.value as integer)
                end
                then 1
            else 0
        end) as is_met
    from measured
    cross join conditions
    group by measured.account_id, measured.scored_on, conditions.play_id, conditions.kind
),

final as (
    select distinct account_id, scored_on, play_id
    from checked
    where is_met = 0
)

select * from final

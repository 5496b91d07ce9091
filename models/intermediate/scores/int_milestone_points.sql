-- Points of a milestone on a scored day: by the days it took, or while open by the probability to still make it.
-- Grain: one row per account_id, scored_on and metric_id.

{% set min_accounts_for_a_curve = 10 %}

with metrics as (
    select * from {{ ref('metrics') }}
    where aggregation = 'days_to_milestone'
),

curves as (
    select * from {{ ref('int_attainment_curves') }}
),

states as (
    select
        milestone_states.account_id,
        milestone_states.scored_on,
        metrics.metric_id,
        milestone_states.milestone_id,
        milestone_states.version,
        milestone_states.segment_attribute,
        milestone_states.segment_value,
        milestone_states.target_days,
        milestone_states.expected_ratio,
        least(milestone_states.tenure_days, milestone_states.target_days) as day_number,
        {{ days_to('milestone_states.started_date', 'milestone_states.attained_date') }} as attained_days,
        {{ days_to('milestone_states.started_date', 'milestone_states.attained_date_before') }} as passed_days
    from {{ ref('int_milestone_states') }} as milestone_states
    inner join metrics on milestone_states.milestone_id = metrics.milestone_id
),

ratios as (
    select
        scored_on,
        segment_attribute,
        segment_value,
        milestone_id,
        version,
        day_number,
        attained_ratio,
        max(n_at_risk) over (
            partition by scored_on, segment_attribute, segment_value, milestone_id, version
        ) as n_accounts
    from curves
),

with_curves as (
    select
        states.*,
        -- both from one curve: that of all, while the segment's own does not reach the target day
        case when own_due.attained_ratio is not null then own_now.attained_ratio else all_now.attained_ratio end
            as ratio_now,
        coalesce(own_due.attained_ratio, all_due.attained_ratio) as ratio_due
    from states
    {% for name, attribute, day in [
        ('own_now', 'states.segment', 'states.day_number'), ('own_due', 'states.segment', 'states.target_days'),
        ('all_now', "'all'", 'states.day_number'), ('all_due', "'all'", 'states.target_days'),
    ] %}
    left join ratios as {{ name }}
        on
            states.scored_on = {{ name }}.scored_on
            and states.milestone_id = {{ name }}.milestone_id
            and states.version = {{ name }}.version
            and {{ attribute if attribute == "'all'" else 'states.segment_attribute' }} = {{ name }}.segment_attribute
            and {{ attribute if attribute == "'all'" else 'states.segment_value' }} = {{ name }}.segment_value
            and {{ day }} = {{ name }}.day_number
            and {{ name }}.n_accounts >= {{ min_accounts_for_a_curve }}
    {% endfor %}
),

-- until enough accounts are known, the seeded expectation is used, as a straight line to the target day
with_priors as (
    select
        *,
        coalesce(ratio_due, expected_ratio) as due,
        coalesce(
            case when ratio_due is not null then ratio_now end,
            expected_ratio * case when target_days = 0 then 1.0 else day_number / cast(target_days as double) end, 0.0
        ) as now
    from with_curves
),

open_now as (
    select
        *,
        100.0 * greatest(0.0, coalesce((due - now) / nullif(1.0 - now, 0.0), 0.0)) as probability_points
    from with_priors
),

final as (
    select
        account_id,
        scored_on,
        metric_id,
        cast(attained_days as double) as raw_value,
        1.0 as n_evidence,
        case when attained_days is null then probability_points end as open_points,
        -- an open milestone is the more evidence, the more of those who make it in time have made it by now
        case
            when attained_days is not null then 1.0
            when due is null then 0.0
            else least(1.0, coalesce(now / nullif(due, 0.0), 1.0))
        end as reliability_ratio,
        cast(passed_days as double) as passed_value,
        case when passed_days is null then probability_points end as passed_open_points,
        cast(target_days as double) as target_days
    from open_now
)

select * from final

-- What a milestone is worth on a scored day: the days it took, or for an open one the chance to still make it.
-- Grain: one row per account_id, scored_on and metric_id.

{% set min_accounts_for_a_curve = 10 %}

with spine as (
    select * from {{ ref('int_account_spine') }}
),

metrics as (
    select * from {{ ref('metrics') }}
    where aggregation = 'days_to_milestone'
),

account_milestones as (
    select * from {{ ref('int_account_milestones') }}
    where target_days is not null
),

history as (
    select * from {{ ref('int_milestone_history') }}
),

curves as (
    select * from {{ ref('int_attainment_curves') }}
),

states as (
    select
        spine.account_id,
        spine.scored_on,
        metrics.metric_id,
        account_milestones.milestone_id,
        account_milestones.version,
        account_milestones.segment_attribute,
        account_milestones.segment_value,
        account_milestones.target_days,
        account_milestones.expected_ratio,
        least(spine.tenure_days, account_milestones.target_days) as day_number,
        {{ days_to('spine.started_date', 'history.attained_date') }} as attained_days
    from spine
    inner join account_milestones on spine.account_id = account_milestones.account_id
    inner join metrics on account_milestones.milestone_id = metrics.milestone_id
    left join history
        on
            spine.account_id = history.account_id
            and account_milestones.milestone_id = history.milestone_id
            and account_milestones.version = history.version
            and spine.scored_on >= history.known_from
            and (history.known_to is null or spine.scored_on < history.known_to)
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
        coalesce(own_now.attained_ratio, all_now.attained_ratio) as ratio_now,
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

-- until enough accounts are known, the seeded expectation stands in, as a straight line to the target day
with_priors as (
    select
        *,
        coalesce(ratio_due, expected_ratio) as due,
        coalesce(
            case when ratio_due is not null then ratio_now end,
            expected_ratio * day_number / nullif(cast(target_days as double), 0.0), 0.0
        ) as now
    from with_curves
),

final as (
    select
        account_id,
        scored_on,
        metric_id,
        cast(attained_days as double) as raw_value,
        1.0 as n_evidence,
        case
            when attained_days is null then 100.0 * greatest(0.0, coalesce((due - now) / nullif(1.0 - now, 0.0), 0.0))
        end as open_points
    from with_priors
)

select * from final

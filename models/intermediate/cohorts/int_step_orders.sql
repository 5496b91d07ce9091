-- Orders in which accounts of a segment attained steps in sixty days, how many took each and how many left later.
-- Grain: one row per segment_attribute, segment_value and steps_taken.

-- Behaviour before the landmark, only accounts that are alive at it, outcome after it: or those who left early would
-- make short sequences look deadly.
{% set landmark_days, horizon_days, max_steps = 60, 180, 12 %}
{% set max_orders, min_accounts_of_an_order = 20, 5 %}

with accounts as (
    select
        *,
        {{ days_between('started_date', 'observed_until') }} as observed_days
    from {{ ref('int_account_follow_up') }}
),

-- in the order of the newest version of each, so that one way of taking steps has one expected order
orders as (
    select milestone_id, max_by(sequence, version) as sequence
    from {{ ref('milestones') }}
    group by milestone_id
),

steps as (
    select
        steps.*,
        row_number() over (
            partition by steps.account_id order by steps.attained_at, orders.sequence, steps.milestone_id
        ) as taken_position,
        row_number() over (
            partition by steps.account_id order by orders.sequence, steps.milestone_id
        ) as expected_position
    from {{ ref('int_account_steps') }} as steps
    inner join orders on steps.milestone_id = orders.milestone_id
    where
        steps.is_latest
        and steps.target_days is not null
        and {{ days_between('steps.started_date', 'steps.attained_date') }} <= {{ landmark_days }}
),

written as (
    select
        account_id,
        count(*) as n_steps,
    {% for name, position in [('steps_taken', 'taken_position'), ('steps_expected', 'expected_position')] %}
    concat_ws(
        ' > ',
        {% for number in range(1, max_steps + 1) %}
        max(case when {{ position }} = {{ number }} then milestone_id end){{ ',' if not loop.last }}
        {% endfor %}
    ) as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
    from steps
    group by account_id
),

sequences as (
    select
        accounts.account_id,
        coalesce(written.n_steps, 0) as n_steps,
        coalesce(nullif(written.steps_taken, ''), 'none') as steps_taken,
        coalesce(nullif(written.steps_expected, ''), 'none') as steps_expected,
        -- whoever has left counts when the others who began that day do: not sooner
        {{ add_days('accounts.started_date', horizon_days) }} <= {{ last_day() }} as is_matured,
        accounts.has_churned and accounts.observed_days <= {{ horizon_days }} as has_churned
    from accounts
    left join written on accounts.account_id = written.account_id
    where accounts.observed_days >= {{ landmark_days }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

counted as (
    select
        groups.segment_attribute,
        groups.segment_value,
        groups.is_too_small,
        sequences.steps_taken,
        sequences.steps_expected,
        max(sequences.n_steps) as n_steps,
        count(*) as n,
        cast(sum(case when sequences.is_matured then 1 else 0 end) as bigint) as n_matured,
        cast(sum(case when sequences.is_matured and sequences.has_churned then 1 else 0 end) as bigint) as n_churned
    from sequences
    inner join groups on sequences.account_id = groups.account_id
    group by
        groups.segment_attribute,
        groups.segment_value,
        groups.is_too_small,
        sequences.steps_taken,
        sequences.steps_expected
),

ranked as (
    select
        *,
        row_number() over (partition by segment_attribute, segment_value order by n desc, steps_taken asc) as position,
        n_matured >= {{ min_accounts_of_an_order }} as is_compared
    from counted
),

final as (
    select
        segment_attribute,
        segment_value,
        is_too_small,
        steps_taken,
        steps_expected,
        n_steps,
        n,
        n_matured,
        n_churned,
        is_compared
    from ranked
    where position <= {{ max_orders }}
)

select * from final

-- Placement of each case among those of the other outcome: the components of an AUC and its error.
-- Grain: one row per account_id, rubric_version, landmark_day, horizon_days, segment_attribute and predictor.

-- DeLong, DeLong and Clarke-Pearson (1988) by mid-ranks (Sun and Xu 2014): the placement of who left is the share of
-- those who stayed with less risk, of who stayed the share of those who left with more; ties count half.
{% set group = 'partition by rubric_version, landmark_day, horizon_days, segment_attribute, segment_value, predictor' %}

with risks as (
    select * from {{ ref('int_validation_predictions') }}
),

groups as (
    select * from {{ ref('int_segments_at_start') }}
),

-- what customer success can look after in a week, as a share of all accounts scored today
capacity as (
    select
        (select sum(capacity_hours_per_week) from {{ ref('csms') }})
        / (select avg(effort_hours) from {{ ref('plays') }})
        / nullif(cast(count(*) as double), 0.0e0) as share
    from {{ ref('int_account_score_days') }}
    where is_published and scored_on = {{ last_day() }}
),

grouped as (
    select
        risks.*,
        groups.segment_attribute,
        groups.segment_value,
        groups.min_accounts
    from risks
    inner join groups on risks.account_id = groups.account_id
),

ranked as (
    select
        *,
        count(*) over ({{ group }}) as n,
        sum(is_churn) over ({{ group }}) as n_churned,
        rank() over ({{ group }} order by risk) + (count(*) over ({{ group }}, risk) - 1) / 2.0e0 as rank_in_all,
        rank() over ({{ group }}, is_churn order by risk) + (count(*) over ({{ group }}, is_churn, risk) - 1) / 2.0e0
            as rank_in_outcome,
        row_number() over ({{ group }} order by risk desc, account_id asc) as position,
        -- two builds differ in the last digit of a probability: equal ones must not fall into two bins for it
        ntile(5) over ({{ group }}, is_judged order by round(churn_probability, 9), account_id) as calibration_bin
    from grouped
),

placed as (
    select
        *,
        case
            when n_churned in (0, n) then null
            when is_churn = 1 then (rank_in_all - rank_in_outcome) / (n - n_churned)
            else 1.0e0 - (rank_in_all - rank_in_outcome) / n_churned
        end as placement
    from ranked
),

final as (
    select
        account_id,
        rubric_version,
        landmark_day,
        horizon_days,
        segment_attribute,
        segment_value,
        min_accounts,
        predictor,
        churn_probability,
        is_churn,
        is_judged,
        position <= ceil(capacity.share * n) as is_within_capacity,
        calibration_bin,
        placement,
        max(case when predictor = 'score' then placement end) over (
            partition by account_id, rubric_version, landmark_day, horizon_days, segment_attribute
        ) - placement as advantage_of_score
    from placed
    cross join capacity
)

select * from final

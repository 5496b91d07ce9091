-- Value and evidence of each metric of a rubric at a landmark: those of the last Sunday up to it.
-- Grain: one row per account_id, landmark_day and metric_id.

with landmarks as (
    select
        *,
        {{ add_days('landmark_date', '-1 * ' ~ day_of_week('landmark_date')) }} as sunday
    from {{ ref('int_account_landmarks') }}
),

components as (
    select * from {{ ref('fct_score_components') }}
),

-- every version of the rubric reads the same values
final as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        components.metric_id,
        max(components.raw_value) as raw_value,
        max(components.n_evidence) as n_evidence
    from landmarks
    inner join components
        on landmarks.account_id = components.account_id and landmarks.sunday = components.scored_on
    group by landmarks.account_id, landmarks.landmark_day, components.metric_id
)

select * from final

-- Each case of the back-test with its p-value: whether the score is ahead of a baseline by more than chance.
-- Grain: one row per rubric_version, landmark_day, horizon_days, segment_attribute, segment_value and predictor.

-- The score is ahead when it is ahead of each baseline, so the largest of their p-values is its own. The primary case
-- of the rubric stands alone; p-values of the others are corrected together. With fewer than 50 churned accounts, or
-- 50 that stayed, there is none.
{% set keys = ['rubric_version', 'landmark_day', 'horizon_days', 'segment_attribute', 'segment_value'] %}
{% set z_95 = '1.959963984540054e0' %}

with measures as (
    select * from {{ ref('int_validation_measures') }}
    where n >= min_accounts
),

versions as (
    select * from {{ ref('rubric_versions') }}
),

compared as (
    select
        measures.*,
        versions.primary_landmark_day = measures.landmark_day
        and versions.primary_horizon_days = measures.horizon_days
        and measures.segment_attribute = 'all' as is_primary,
        measures.n_churned >= {{ min_churned() }} and measures.n - measures.n_churned >= {{ min_churned() }}
            as is_enough,
        measures.advantage_of_score - {{ z_95 }} * measures.advantage_of_score_error as advantage_low,
        measures.advantage_of_score + {{ z_95 }} * measures.advantage_of_score_error as advantage_high,
        {{ two_sided_p_value('measures.advantage_of_score', 'measures.advantage_of_score_error') }} as own_p_value
    from measures
    inner join versions on measures.rubric_version = versions.rubric_version
),

-- the score against the baseline that it is least clearly better than
tested as (
    select
        *,
        case
            when not is_enough then null
            when predictor <> 'score' then own_p_value
            when
                min(case when predictor <> 'score' then advantage_of_score end)
                    over (partition by {{ keys | join(', ') }})
                <= 0.0e0
                then 1.0e0
            else max(case when predictor <> 'score' then own_p_value end) over (partition by {{ keys | join(', ') }})
        end as p_value
    from compared
),

final as (
    {{ benjamini_hochberg('tested', 'rubric_version, segment_attribute, predictor, is_primary') }}
)

select * from final

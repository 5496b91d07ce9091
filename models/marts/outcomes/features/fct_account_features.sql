-- What was known of an account at a landmark: one wide row to compare accounts by or to fit a model on.
-- Grain: one row per account_id and landmark_day.

-- Segments, milestones and metrics are rows of seeds and become columns here, so the columns are those of the workspace:
-- segment_<attribute>, milestone_<id>_days, metric_<id> and metric_<id>_evidence.

{{ config(contract={'enforced': false}) }}

{% set attributes = wide_ids(ref('segments'), 'segment_attribute') %}
{% set milestones = wide_ids(ref('milestones'), 'milestone_id') %}
{% set metrics = wide_ids(ref('rubric'), 'metric_id') %}
{% set keys = ['account_id', 'landmark_day'] %}

with landmarks as (
    select * from {{ ref('int_account_landmarks') }}
),

activity as (
    select * from {{ ref('int_early_activity') }}
),

voice as (
    select * from {{ ref('int_feature_voice') }}
),

segments as (
    select
        account_id,
        landmark_day,
        count(*) - 1 as n_segments{% for id, name in attributes %},
        max(case when segment_attribute = '{{ id }}' then segment_value end) as segment_{{ name }}{% endfor %}

    from {{ ref('int_feature_segments') }}
    group by account_id, landmark_day
),

attained as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        history.milestone_id,
        min({{ days_to('landmarks.started_date', 'history.attained_date') }}) as days_to_attain
    from landmarks
    inner join {{ ref('int_milestone_history') }} as history
        on
            landmarks.account_id = history.account_id
            and history.attained_date <= landmarks.landmark_date
            and history.known_from <= landmarks.landmark_date
            and (history.known_to is null or history.known_to > landmarks.landmark_date)
    group by landmarks.account_id, landmarks.landmark_day, history.milestone_id
),

milestones as (
    select
        account_id,
        landmark_day,
        count(*) as n_milestones{% for id, name in milestones %},
        max(case when milestone_id = '{{ id }}' then days_to_attain end) as milestone_{{ name }}_days{% endfor %}

    from attained
    group by account_id, landmark_day
),

metrics as (
    select
        account_id,
        landmark_day,
        count(*) as n_metrics{% for id, name in metrics %},
        max(case when metric_id = '{{ id }}' then raw_value end) as metric_{{ name }},
        max(case when metric_id = '{{ id }}' then n_evidence end) as metric_{{ name }}_evidence{% endfor %}

    from {{ ref('int_feature_metrics') }}
    group by account_id, landmark_day
),

final as (
    select
        landmarks.account_id,
        landmarks.landmark_day,
        landmarks.started_date,
        landmarks.landmark_date,
        landmarks.lifecycle,
        landmarks.mrr,
        landmarks.days_to_renewal,
        {% for column in [
            'n_events', 'n_active_days', 'n_active_days_last_week', 'n_people', 'n_actions', 'n_actions_first_week',
            'days_to_first_use', 'days_since_use',
        ] %}
        activity.{{ column }},
        {% endfor %}
        {% for column in ['n_tickets', 'n_open_tickets', 'mean_csat_score', 'n_answers', 'mean_nps_answer'] %}
        voice.{{ column }},
        {% endfor %}
        coalesce(milestones.n_milestones, 0) as n_milestones,
        coalesce(metrics.n_metrics, 0) as n_metrics,
        coalesce(segments.n_segments, 0) as n_segments{% for _, name in attributes %},
        coalesce(segments.segment_{{ name }}, 'unknown') as segment_{{ name }}{% endfor %}{% for _, name in milestones %},
        milestones.milestone_{{ name }}_days{% endfor %}{% for _, name in metrics %},
        metrics.metric_{{ name }},
        metrics.metric_{{ name }}_evidence{% endfor %}

    from landmarks
    inner join voice on {{ same_keys('landmarks', 'voice', keys) }}
    inner join activity on {{ same_keys('landmarks', 'activity', keys) }}
    left join segments on {{ same_keys('landmarks', 'segments', keys) }}
    left join milestones on {{ same_keys('landmarks', 'milestones', keys) }}
    left join metrics on {{ same_keys('landmarks', 'metrics', keys) }}
)

select * from final

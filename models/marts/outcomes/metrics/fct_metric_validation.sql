-- Whether each metric of the rubric alone tells who leaves, as early as it claims, and what the score would lose without it.
-- Grain: one row per metric_id, landmark_day and horizon_days.

{% set keys = ['metric_id', 'landmark_day', 'horizon_days'] %}
{% set enough = 'least(of_metric.n_churned, of_metric.n - of_metric.n_churned) >= ' ~ min_churned() %}

with placements as (
    select * from {{ ref('int_metric_placements') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

-- the case that the rubric in force names as its first
in_force as (
    select
        *,
        row_number() over (order by rubric_version desc) as place
    from {{ ref('rubric_versions') }}
    where status = 'active' and effective_from <= {{ last_day() }}
),

paired as (
    select
        {{ keys | join(', ') }},
        account_id,
        max(is_churn) as is_churn,
        max(case when predictor = 'score' then placement end)
        - max(case when predictor = 'score without it' then placement end) as advantage
    from placements
    group by {{ keys | join(', ') }}, account_id
),

{% for name, relation, measure in [
    ('of_metric', "(select * from placements where predictor = 'metric') as placements", 'placement'),
    ('of_score', 'paired', 'advantage'),
] %}
{{ name }} as (
    select
        {{ keys | join(', ') }},
        count(*) as n,
        cast(sum(is_churn) as bigint) as n_churned,
        avg(case when is_churn = 1 then {{ measure }} end) as {{ measure }},
        sqrt(
            var_samp(case when is_churn = 1 then {{ measure }} end) / nullif(sum(is_churn), 0)
            + var_samp(case when is_churn = 0 then {{ measure }} end) / nullif(sum(1 - is_churn), 0)
        ) as {{ measure }}_error
    from {{ relation }}
    group by {{ keys | join(', ') }}
),

{% endfor %}
tested as (
    select
        {% for key in keys %}
        of_score.{{ key }},
        {% endfor %}
        metrics.indicator,
        metrics.lead_days,
        coalesce(in_force.primary_landmark_day, 0) = of_score.landmark_day
        and in_force.primary_horizon_days = of_score.horizon_days as is_primary,
        coalesce(of_metric.n, 0) as n,
        coalesce(of_metric.n_churned, 0) as n_churned,
        {{ enough }} as is_enough,
        of_metric.placement as auc,
        of_metric.placement_error,
        of_score.advantage as score_loss,
        of_score.advantage_error,
        case
            when {{ enough }}
                then
                    case
                        when of_metric.placement_error = 0.0e0 and of_metric.placement <> 0.5e0 then 0.0e0
                        else {{ two_sided_p_value('(of_metric.placement - 0.5e0)', 'of_metric.placement_error') }}
                    end
        end as p_value
    from of_score
    inner join metrics on of_score.metric_id = metrics.metric_id
    left join in_force on in_force.place = 1
    left join of_metric on {{ same_keys('of_score', 'of_metric', keys) }}
),

corrected as (
    {{ benjamini_hochberg('tested', 'is_primary') }}
),

final as (
    select
        {{ keys | join(', ') }},
        indicator,
        lead_days,
        is_primary,
        n,
        n_churned,
        auc,
        case when placement_error is not null then greatest(0.0e0, auc - {{ z_90() }} * placement_error) end as auc_low,
        case when placement_error is not null then least(1.0e0, auc + {{ z_90() }} * placement_error) end as auc_high,
        p_value,
        q_value,
        score_loss,
        score_loss - {{ z_90() }} * advantage_error as score_loss_low,
        score_loss + {{ z_90() }} * advantage_error as score_loss_high,
        case
            when lead_days >= horizon_days then 'lead_is_longer'
            when not coalesce(is_enough, false) then 'insufficient'
            when q_value < 0.1e0 and auc > 0.5e0 then 'leads'
            when q_value < 0.1e0 then 'points_the_wrong_way'
            when auc + {{ z_90() }} * placement_error < 0.55e0 then 'does_not_lead'
            else 'not_clear'
        end as verdict
    from corrected
)

select * from final

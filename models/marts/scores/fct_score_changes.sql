-- Why a score changed from one Sunday to the next: decay, coverage, new data, or another rubric or phase.
-- Grain: one row per account_id and scored_on.

-- Score before → time passes over what was known → without what lost its evidence → with the new data → with what
-- gained evidence → under the rules of the day, which is the score. All but the last by the rules of the Sunday before.
{{ config(materialized='incremental', partition_by='scored_on') }}

with scores as (
    select * from {{ ref('fct_account_scores') }}
    where
        is_published and score is not null and {{ day_of_week('scored_on') }} = 0
        and scored_on between {{ add_days(first_day(), -7) }} and {{ last_day() }}
),

components as (
    select * from {{ ref('fct_score_components') }}
    where
        {{ day_of_week('scored_on') }} = 0
        and scored_on between {{ add_days(first_day(), -7) }} and {{ last_day() }}
),

points as (
    select * from {{ ref('int_metric_points') }}
    where weight_before > 0.0
),

pairs as (
    select
        after.account_id,
        after.scored_on,
        after.rubric_version,
        after.score,
        before.scored_on as scored_before,
        before.rubric_version as rubric_version_before,
        before.score as score_before
    from scores as after
    inner join scores as before
        on
            after.account_id = before.account_id
            and before.scored_on = {{ add_days('after.scored_on', -7) }}
),

metrics as (
    select
        pairs.account_id,
        pairs.scored_on,
        points.metric_id,
        points.weight_before as weight,
        abs(points.weight - points.weight_before) as weight_moved,
        components.metric_id is not null as was_known,
        points.has_evidence as is_known,
        points.points,
        -- answers that all grew too old have no passed value and stay as they were
        coalesce(points.passed_points, components.points) as passed_points
    from pairs
    inner join points
        on
            pairs.account_id = points.account_id
            and pairs.scored_on = points.scored_on
            and pairs.rubric_version_before = points.rubric_version
    left join components
        on
            pairs.account_id = components.account_id
            and pairs.scored_before = components.scored_on
            and pairs.rubric_version_before = components.rubric_version
            and points.metric_id = components.metric_id
),

weighed as (
    select
        account_id,
        scored_on,
        max(weight_moved) as weight_moved,
        {% for name, points, condition in [
            ('passed', 'passed_points', 'was_known'), ('kept', 'passed_points', 'was_known and is_known'),
            ('renewed', 'points', 'was_known and is_known'), ('regained', 'points', 'is_known'),
        ] %}
    sum(case when {{ condition }} then weight * {{ points }} end)
    / sum(case when {{ condition }} then weight end) as score_{{ name }}{{ ',' if not loop.last }}
    {% endfor %}
    from metrics
    group by account_id, scored_on
),

-- with no metric known on both Sundays everything is a matter of evidence; under the same rules the last step changes
-- nothing, not even by rounding
steps as (
    select
        pairs.*,
        coalesce(cast(round(weighed.score_passed, 4) as decimal(9, 4)), pairs.score_before) as score_passed,
        cast(round(weighed.score_kept, 4) as decimal(9, 4)) as score_kept,
        cast(round(weighed.score_renewed, 4) as decimal(9, 4)) as score_renewed,
        case
            when pairs.rubric_version = pairs.rubric_version_before and weighed.weight_moved < 1e-9 then pairs.score
            else coalesce(cast(round(weighed.score_regained, 4) as decimal(9, 4)), pairs.score)
        end as score_regained
    from pairs
    inner join weighed on pairs.account_id = weighed.account_id and pairs.scored_on = weighed.scored_on
),

final as (
    select
        account_id,
        scored_on,
        rubric_version_before,
        rubric_version,
        score_before,
        score,
        score - score_before as change,
        score_passed - score_before as decay_change,
        cast(
            (coalesce(score_kept, score_regained) - score_passed)
            + (score_regained - coalesce(score_renewed, score_regained)) as decimal(10, 4)
        ) as coverage_change,
        cast(coalesce(score_renewed - score_kept, 0) as decimal(10, 4)) as data_change,
        score - score_regained as rubric_change
    from steps
)

select * from final

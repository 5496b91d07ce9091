-- Which metrics moved a score from one Sunday to the next, and whether by news or by time alone.
-- Grain: one row per account_id, scored_on and metric_id.

-- Changes of contributions, which add up to the change of the score, also over several Sundays.
{{ config(materialized='incremental', partition_by='scored_on') }}

with changes as (
    select * from {{ ref('fct_score_changes') }}
    where scored_on between {{ first_day() }} and {{ last_day() }}
),

components as (
    select * from {{ ref('fct_score_components') }}
    where scored_on between {{ add_days(first_day(), -7) }} and {{ last_day() }}
),

sides as (
    {% for when, sign, day, version in [
        ('before', '-1', add_days('changes.scored_on', -7), 'rubric_version_before'),
        ('after', '1', 'changes.scored_on', 'rubric_version'),
    ] %}
    {% set is_before = when == 'before' %}
    select
        changes.account_id,
        changes.scored_on,
        changes.rubric_version,
        components.metric_id,
        components.category,
        {{ sign }} * components.contribution as change,
        {% for measure in ['raw_value', 'points', 'n_evidence'] %}
        {{ 'cast(components.' ~ measure ~ ' as double)' if is_before else 'null' }} as {{ measure }}_before,
        {{ 'null' if is_before else 'cast(components.' ~ measure ~ ' as double)' }} as {{ measure }}_after,
        {% endfor %}
        '{{ when }}' as side
    from changes
    inner join components
        on
            changes.account_id = components.account_id
            and components.scored_on = {{ day }}
            and changes.{{ version }} = components.rubric_version
    {{ 'union all' if is_before }}
    {% endfor %}
),

compared as (
    select
        account_id,
        scored_on,
        rubric_version,
        metric_id,
        max(category) as category,
        cast(sum(change) as decimal(10, 4)) as change,
        {% for measure in ['raw_value', 'points', 'n_evidence'] %}
        max({{ measure }}_before) as {{ measure }}_before,
        max({{ measure }}_after) as {{ measure }}_after,
        {% endfor %}
        max(case when side = 'before' then 1 else 0 end) = 1 as was_known,
        max(case when side = 'after' then 1 else 0 end) = 1 as is_known
    from sides
    group by account_id, scored_on, rubric_version, metric_id
),

-- whether what became known since the Sunday before moved the points of the metric
news as (
    select
        account_id,
        scored_on,
        rubric_version,
        metric_id,
        -- without evidence of before, all of it is news
        max(case when coalesce(abs(points - passed_points) > 1e-9, points is not null) then 1 else 0 end) as has_news
    from {{ ref('int_metric_points') }}
    group by account_id, scored_on, rubric_version, metric_id
),

final as (
    select
        compared.account_id,
        compared.scored_on,
        compared.metric_id,
        compared.category,
        compared.change,
        {% for measure in ['raw_value', 'points', 'n_evidence'] %}
        compared.{{ measure }}_before,
        compared.{{ measure }}_after,
        {% endfor %}
        case
            when not compared.was_known then 'gained'
            when not compared.is_known then 'lost'
            when news.has_news = 1 then 'moved'
            else 'time_alone'
        end as cause
    from compared
    left join news on {{ same_keys('compared', 'news', ['account_id', 'scored_on', 'rubric_version', 'metric_id']) }}
)

select * from final

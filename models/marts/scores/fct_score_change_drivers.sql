-- Which metrics moved a score from one Sunday to the next, and what became known or grew too old.
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
    group by account_id, scored_on, metric_id
),

-- what came and went within a week is neither: builds of every day and of Sundays agree
moved as (
    select
        account_id,
        metric_id,
        {{ add_days('enters_on', 'mod(7 - ' ~ day_of_week('enters_on') ~ ', 7)') }} as entered_week,
        {{ add_days('leaves_on', 'mod(7 - ' ~ day_of_week('leaves_on') ~ ', 7)') }} as left_week,
        n_rows
    from {{ ref('int_metric_spans') }}
),

evidence as (
    select
        account_id,
        metric_id,
        scored_on,
        cast(sum(n_entered) as bigint) as n_entered,
        cast(sum(n_left) as bigint) as n_left
    from (
        select account_id, metric_id, entered_week as scored_on, n_rows as n_entered, 0 as n_left
        from moved
        where left_week is null or left_week > entered_week
        union all
        select account_id, metric_id, left_week as scored_on, 0 as n_entered, n_rows as n_left
        from moved
        where left_week > entered_week
    ) as weeks
    group by account_id, metric_id, scored_on
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
        coalesce(evidence.n_entered, 0) as n_entered,
        coalesce(evidence.n_left, 0) as n_left,
        case
            when not compared.was_known then 'gained'
            when not compared.is_known then 'lost'
            when
                coalesce(evidence.n_entered, 0) > 0
                or coalesce(compared.raw_value_before <> compared.raw_value_after, false)
                then 'moved'
            else 'time_alone'
        end as cause
    from compared
    left join evidence on {{ same_keys('compared', 'evidence', ['account_id', 'scored_on', 'metric_id']) }}
)

select * from final

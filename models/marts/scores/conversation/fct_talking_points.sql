-- What to open a conversation with: the facts of today that say most of each live account, with where they come from.
-- Grain: one row per account_id and position.

-- In the order of the kinds in `numbered`; no more than three of an account.

with scores as (
    select * from {{ ref('account_scores_current') }}
    where coalesce(lifecycle, 'none') not in ('churned', 'completed')
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

milestones as (
    select
        attainments.account_id,
        attainments.milestone_id,
        attainments.target_date,
        milestones.name,
        row_number() over (
            partition by attainments.account_id order by milestones.sequence, attainments.milestone_id
        ) as place
    from {{ ref('fct_milestone_attainments') }} as attainments
    inner join {{ ref('dim_milestones') }} as milestones
        on attainments.milestone_id = milestones.milestone_id and attainments.version = milestones.version
    where attainments.status = 'overdue' and attainments.is_latest and not milestones.is_optional
),

-- by what became known: that an answer grew old is no reason to call
metrics as (
    select
        drivers.account_id,
        drivers.metric_id,
        names.name,
        sum(drivers.change) as change,
        max(drivers.scored_on) as last_sunday,
        row_number() over (
            partition by drivers.account_id order by sum(drivers.change) asc, drivers.metric_id asc
        ) as place
    from {{ ref('fct_score_change_drivers') }} as drivers
    inner join {{ ref('dim_metrics') }} as names on drivers.metric_id = names.metric_id
    where
        drivers.scored_on > {{ add_days(last_day(), -28) }} and drivers.scored_on <= {{ last_day() }}
        and drivers.cause in ('moved', 'gained')
    group by drivers.account_id, drivers.metric_id, names.name
),

touches as (
    select
        *,
        row_number() over (partition by account_id order by closed_on desc, task_id asc) as place
    from {{ ref('fct_tasks') }}
    where status = 'done'
),

facts as (
    select * from {{ ref('int_voice_facts') }}
    union all
    select * from {{ ref('int_use_facts') }}
    union all
    select
        account_id, 'renewal' as kind, 'The contract renews' as statement, renewal_date as happened_on,
        'core.dim_accounts' as source_mart, account_id as source_id
    from accounts
    where renewal_date between {{ last_day() }} and {{ add_days(last_day(), 60) }}
    union all
    select
        account_id, 'milestone' as kind, concat('Not reached and overdue: ', name) as statement,
        target_date as happened_on, 'milestones.fct_milestone_attainments' as source_mart, milestone_id as source_id
    from milestones
    where place = 1
    union all
    select
        account_id, 'metric' as kind,
        concat(name, ' cost ', {{ in_words('-1 * change', 1) }}, ' points in four weeks') as statement,
        last_sunday as happened_on, 'scores.fct_score_change_drivers' as source_mart, metric_id as source_id
    from metrics
    where place = 1 and change <= -1.0
    union all
    select
        account_id, 'touch' as kind, concat('Done last: ', task) as statement, closed_on as happened_on,
        'scores.fct_tasks' as source_mart, task_id as source_id
    from touches
    where place = 1
),

numbered as (
    select
        facts.account_id,
        cast(row_number() over (partition by facts.account_id order by case facts.kind
            {% for kind in ['ticket', 'answer', 'champion', 'renewal', 'silence', 'milestone', 'metric', 'touch'] %}
            when '{{ kind }}' then {{ loop.index }}
            {% endfor %}
        end) as integer) as position,
        facts.kind,
        facts.statement,
        facts.happened_on,
        facts.source_mart,
        facts.source_id
    from facts
    inner join scores on facts.account_id = scores.account_id
),

final as (
    select * from numbered
    where position <= 3
)

select * from final

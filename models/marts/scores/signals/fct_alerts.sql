-- Alerts of a week: deviations of the portfolio, of a segment or of an account from the expected range.
-- Grain: one row per alert_id.

-- An alert is of the alarms of a Sunday that are reported, the farthest out first. Each CSM sees so many a week, those
-- with most revenue first.
{{ config(materialized='incremental', partition_by='scored_on') }}

with alarms as (
    select * from {{ ref('int_alarms') }}
    where scored_on between {{ first_day() }} and {{ last_day() }}
),

reported as (
    select * from {{ ref('int_raised_alarms') }}
),

metrics as (
    select * from {{ ref('dim_metrics') }}
),

csms as (
    select * from {{ ref('csms') }}
),

counted as (
    select
        *,
        count(*) over (partition by scope, subject, scored_on) as n_signals
    from alarms
),

gathered as (
    select
        counted.*,
        row_number() over (
            partition by counted.scope, counted.subject, counted.scored_on
            order by round(counted.own_change, 6) asc, counted.signal_id asc
        ) as place
    from counted
    inner join reported
        on {{ same_keys('counted', 'reported', ['scope', 'subject', 'signal_id', 'scored_on']) }}
),

raised as (
    select
        gathered.*,
        csms.max_alerts_per_week,
        row_number() over (
            partition by gathered.scope, gathered.csm_id, gathered.scored_on
            order by gathered.mrr desc, gathered.subject asc
        ) as rank_in_week
    from gathered
    left join csms on gathered.csm_id = csms.csm_id
    where gathered.place = 1
),

final as (
    select
        md5(concat(raised.scope, '|', raised.subject, '|', cast(raised.scored_on as {{ dbt.type_string() }})))
            as alert_id,
        raised.scored_on,
        raised.scope,
        raised.subject,
        case when raised.scope = 'account' then raised.subject end as account_id,
        raised.signal_id,
        raised.n_signals,
        concat(coalesce(metrics.name, 'Score'), ': ', raised.finding, '.') as reason,
        raised.n_accounts,
        raised.csm_id,
        raised.mrr, {{ reporting_currency() }} as currency,
        cast(raised.rank_in_week as integer) as rank_in_week,
        coalesce(raised.rank_in_week <= raised.max_alerts_per_week, true) as is_shown
    from raised
    left join metrics on raised.signal_id = metrics.metric_id
)

select * from final

-- Alerts of a week: deviations of the portfolio, of a segment or of an account from the expected range.
-- Grain: one row per alert_id.

-- An account alerts on what alarms, and not again before four quiet Sundays. Of segments that fall in the same signal
-- only the one farthest out alerts: they share accounts; and the portfolio does only if it falls without them, too.
-- Each CSM sees so many a week, those with most revenue first.
{{ config(materialized='incremental', partition_by='scored_on') }}
{% set with_the_month_before = 'between ' ~ add_days(first_day(), -28) ~ ' and ' ~ last_day() %}

with account_signals as (
    select * from {{ ref('int_account_deviations') }}
    where is_alarming and scored_on {{ with_the_month_before }}
),

segment_signals as (
    select
        *,
        segment_attribute = 'all' as is_portfolio,
        max(mean_change_of_others) over (partition by scored_on, signal_id) as mean_change_of_rest,
        row_number() over (
            partition by scored_on, signal_id, segment_attribute = 'all'
            order by
                round((own_change - expected_low) / (expected_high - expected_low), 6), segment_attribute, segment_value
        ) as place
    from {{ ref('int_segment_control_limits') }}
    where crossed = 'fall' and scored_on {{ with_the_month_before }}
),

metrics as (
    select * from {{ ref('dim_metrics') }}
),

csms as (
    select * from {{ ref('csms') }}
),

signals as (
    select
        'account' as scope,
        account_id as subject,
        scored_on,
        metric_id as signal_id,
        points_change - peer_change as own_change,
        cast(1 as bigint) as n_accounts,
        csm_id,
        mrr,
        finding
    from account_signals
    union all
    select
        case when is_portfolio then 'portfolio' else 'segment' end as scope,
        concat(segment_attribute, '=', segment_value) as subject,
        scored_on,
        signal_id,
        own_change,
        n_accounts,
        cast(null as {{ dbt.type_string() }}) as csm_id,
        mrr,
        concat(
            'moved ', {{ in_words('own_change', 1) }}, ' points on average of ', n_accounts, ' accounts',
            case when is_portfolio then '' else ', beside the others' end,
            ' where at least ', {{ in_words('expected_low', 1) }}, ' is usual'
        ) as finding
    from segment_signals
    where place = 1 and not (is_portfolio and coalesce(mean_change_of_rest >= expected_low - 1e-9, false))
),

gathered as (
    select
        *,
        count(*) over (partition by scope, subject, scored_on) as n_signals,
        row_number() over (
            partition by scope, subject, scored_on order by round(own_change, 6) asc, signal_id asc
        ) as place
    from signals
),

spells as (
    select
        *,
        lag(scored_on) over (partition by scope, subject order by scored_on) as alarmed_before
    from gathered
    where place = 1
),

raised as (
    select
        spells.*,
        csms.max_alerts_per_week,
        row_number() over (
            partition by spells.scope, spells.csm_id, spells.scored_on order by spells.mrr desc, spells.subject asc
        ) as rank_in_week
    from spells
    left join csms on spells.csm_id = csms.csm_id
    where
        spells.scored_on >= {{ first_day() }}
        and (spells.alarmed_before is null or {{ days_between('spells.alarmed_before', 'spells.scored_on') }} > 28)
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

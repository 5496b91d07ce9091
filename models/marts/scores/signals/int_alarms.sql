-- Deviations that are worth an alert, of accounts, of segments and of the portfolio.
-- Grain: one row per scope, subject, signal_id and scored_on.

-- Of segments that fall in the same signal only the one farthest out: they share accounts; and the portfolio only if it
-- falls without them, too.

-- A week in which events did not arrive blames no account and no segment for using the product less: only the portfolio
-- is told, with what was wrong.

with outage_weeks as (
    select
        {{ add_days('outage_date', 'mod(7 - ' ~ day_of_week('outage_date') ~ ', 7)') }} as scored_on,
        count(*) as n_days
    from {{ ref('int_outage_days') }}
    group by {{ add_days('outage_date', 'mod(7 - ' ~ day_of_week('outage_date') ~ ', 7)') }}
),

of_events as (
    select
        metric_id,
        min(case when coalesce(source, 'events') in ('events', 'milestones') then 1 else 0 end) = 1 as is_of_events
    from {{ ref('metrics') }}
    group by metric_id
),

account_signals as (
    select deviations.*
    from {{ ref('int_account_deviations') }} as deviations
    left join outage_weeks on deviations.scored_on = outage_weeks.scored_on
    left join of_events on deviations.metric_id = of_events.metric_id
    where
        deviations.is_alarming
        and deviations.scored_on <= {{ last_day() }}
        and not (outage_weeks.n_days is not null and coalesce(of_events.is_of_events, true))
),

fallen as (
    select
        limits.*,
        limits.segment_attribute = 'all' as is_portfolio,
        case when coalesce(of_events.is_of_events, true) then outage_weeks.n_days end as n_outage_days
    from {{ ref('int_segment_control_limits') }} as limits
    left join outage_weeks on limits.scored_on = outage_weeks.scored_on
    left join of_events on limits.signal_id = of_events.metric_id
    where limits.crossed = 'fall' and limits.scored_on <= {{ last_day() }}
),

segment_signals as (
    select
        *,
        max(mean_change_of_others) over (partition by scored_on, signal_id) as mean_change_of_rest,
        row_number() over (
            partition by scored_on, signal_id, is_portfolio
            order by
                round((own_change - expected_low) / (expected_high - expected_low), 6), segment_attribute, segment_value
        ) as place
    from fallen
    where is_portfolio or n_outage_days is null
),

final as (
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
            ' where at least ', {{ in_words('expected_low', 1) }}, ' is usual',
            case
                when n_outage_days is not null
                    then concat('; events were missing on ', n_outage_days, ' of the seven days')
                else ''
            end
        ) as finding
    from segment_signals
    where place = 1 and not (is_portfolio and coalesce(mean_change_of_rest >= expected_low - 1e-9, false))
)

select * from final

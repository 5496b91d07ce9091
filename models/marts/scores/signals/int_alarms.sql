-- Deviations that are worth an alert, of accounts, of segments and of the portfolio.
-- Grain: one row per scope, subject, signal_id and scored_on.

-- Of segments that fall in the same signal only the one farthest out: they share accounts; and the portfolio only if it
-- falls without them, too.

with account_signals as (
    select * from {{ ref('int_account_deviations') }}
    where is_alarming and scored_on <= {{ last_day() }}
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
    where crossed = 'fall' and scored_on <= {{ last_day() }}
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
            ' where at least ', {{ in_words('expected_low', 1) }}, ' is usual'
        ) as finding
    from segment_signals
    where place = 1 and not (is_portfolio and coalesce(mean_change_of_rest >= expected_low - 1e-9, false))
)

select * from final

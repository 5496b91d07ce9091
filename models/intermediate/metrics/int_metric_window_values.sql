-- Value and evidence of every windowed metric on every scored day, and what they would be if only time had passed.
-- Grain: one row per account_id, scored_on and metric_id.

-- "Passed" is the value on a day of what was known the Sunday before: what entered since is left out, what was only
-- replaced by it is put back, what grew too old stays out.
{% set so_far = 'over (partition by account_id, metric_id order by scored_on)' %}
{% set sums = ['n_rows', 'weighted_n', 'weighted_value', 'weighted_square'] %}

with exposures as (
    select * from {{ ref('int_metric_exposures') }}
),

spans as (
    select * from {{ ref('int_metric_spans') }}
),

changes as (
    select
        account_id, metric_id, enters_on as scored_on, 1 as sign, 1 as sign_since,
        n_rows, weighted_n, weighted_value, weighted_square, latest_on
    from spans
    union all
    select
        account_id,
        metric_id,
        leaves_on as scored_on,
        -1 as sign,
        case when is_replaced then -1 else 0 end as sign_since,
        n_rows, weighted_n, weighted_value, weighted_square, null as latest_on
    from spans
    where leaves_on is not null
    union all
    select
        account_id, metric_id, scored_on, 0 as sign, 0 as sign_since,
        0 as n_rows, 0.0 as weighted_n, null as weighted_value, null as weighted_square, null as latest_on
    from exposures
),

changed as (
    select
        account_id,
        metric_id,
        scored_on,
        {% for name in sums %}
        sum(sign * {{ name }}) as {{ name }},
        sum(sign_since * {{ name }}) as {{ name }}_since,
        {% endfor %}
        max(latest_on) as latest_on
    from changes
    group by account_id, metric_id, scored_on
),

-- sums of what entered minus what left: when nothing is left they are zero, not the rounding error of the difference
running as (
    select
        account_id,
        metric_id,
        scored_on,
        {% for name in sums %}
        sum({{ name }}) {{ so_far }} as {{ name }},
        sum({{ name }}) {{ so_far }} - coalesce({{ name }}_since, 0) as {{ name }}_passed,
        {% endfor %}
        max(latest_on) {{ so_far }} as latest_on,
        max(latest_on) over (
            partition by account_id, metric_id order by scored_on rows between unbounded preceding and 1 preceding
        ) as latest_on_passed
    from changed
),

in_window as (
    select
        exposures.*,
        {{ half_life_weight(days_between('exposures.scored_on', last_day()), 'exposures.half_life_days') }} as scale,
        running.n_rows,
        {% for then in ['', '_passed'] %}
        case when running.n_rows{{ then }} > 0 then running.latest_on{{ then }} end as latest_on{{ then }},
        case
            when running.n_rows{{ then }} > 0 then running.weighted_value{{ then }} / running.weighted_n{{ then }}
        end as mean_value{{ then }},
        case when running.n_rows{{ then }} > 0 then running.weighted_n{{ then }} else 0.0 end as sum_n{{ then }},
        {% endfor %}
        running.weighted_square
    from exposures
    inner join running
        on
            exposures.account_id = running.account_id
            and exposures.scored_on = running.scored_on
            and exposures.metric_id = running.metric_id
),

final as (
    select
        account_id,
        scored_on,
        metric_id,
        aggregation,
        {% for then in ['', '_passed'] %}
        case aggregation
            when 'active_days' then sum_n{{ then }} / scale / weighted_days
            when 'count' then 7.0 * sum_n{{ then }} / scale / weighted_days
            when 'users' then sum_n{{ then }} / scale
            when 'recency'
                then cast(coalesce({{ days_between('latest_on' ~ then, 'scored_on') }}, n_days) as double)
            when 'mean' then mean_value{{ then }}
        end as {{ 'passed_value' if then else 'raw_value' }},
        case when aggregation = 'mean' then sum_n{{ then }} / scale else effective_days end
            as {{ 'passed_evidence' if then else 'n_evidence' }},
        {% endfor %}
        -- spread of the answers around the account's own mean, and how many there were
        case
            when aggregation = 'mean' and n_rows > 1
                then greatest(0.0, (weighted_square - sum_n * mean_value * mean_value) / scale)
        end as squares_within,
        case when aggregation = 'mean' and n_rows > 1 then n_rows - 1 end as n_within
    from in_window
)

select * from final

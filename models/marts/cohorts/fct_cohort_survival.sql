-- Time to first value, to each milestone and to churn: Kaplan-Meier curves with censoring.
-- Grain: one row per endpoint, segment_attribute, segment_value and duration_days.

-- A curve ends where fewer than ten are at risk: from there on there are counts only.

{% set curve = 'partition by endpoint, segment_attribute, segment_value' %}
{% set so_far = 'over (' ~ curve ~ ' order by duration_days rows between unbounded preceding and current row)' %}
{% set before = 'over (' ~ curve ~ ' order by duration_days rows between unbounded preceding and 1 preceding)' %}

with daily as (
    select * from {{ ref('int_survival_days') }}
),

at_risk as (
    select
        *,
        sum(n_ended) over ({{ curve }}) as n_accounts,
        cast(sum(n_ended) over ({{ curve }}) - coalesce(sum(n_ended) {{ before }}, 0) as double) as at_risk
    from daily
),

products as (
    select
        *,
        case
            when sum(case when n_events = at_risk then 1 else 0 end) {{ so_far }} > 0 then 0.0e0
            else exp(sum(case when n_events < at_risk then ln(1 - n_events / at_risk) else 0 end) {{ so_far }})
        end as survival_ratio,
        sum(case when n_events < at_risk then n_events / (at_risk * (at_risk - n_events)) end)
            {{ so_far }}
            as greenwood,
        coalesce(exp(sum(
            case when n_events + n_left < at_risk then ln(1 - (n_events + n_left) / at_risk) else 0 end
        ) {{ before }}), 1.0e0) as stayed_and_open_ratio
    from at_risk
),

intervals as (
    select
        *,
        least(1.0e0, sum(stayed_and_open_ratio * n_events / at_risk) {{ so_far }}) as incidence_ratio,
        survival_ratio * sqrt(greenwood) as standard_error,
        -- on the scale of log(-log), so that it stays between 0 and 1
        case
            when survival_ratio > 0 and survival_ratio < 1
                then {{ z_90() }} * sqrt(greenwood) / abs(ln(survival_ratio))
        end as half_width
    from products
),

bounded as (
    select
        *,
        case when half_width is null then survival_ratio else power(survival_ratio, exp(half_width)) end
            as survival_low,
        case when half_width is null then survival_ratio else power(survival_ratio, exp(-1 * half_width)) end
            as survival_high,
        not is_too_small and at_risk >= {{ min_followed() }} as is_known
    from intervals
),

final as (
    select
        endpoint,
        segment_attribute,
        segment_value,
        duration_days,
        cast(n_accounts as bigint) as n_accounts,
        is_too_small,
        cast(at_risk as bigint) as n_at_risk,
        cast(n_events as bigint) as n_events,
        cast(n_ended - n_events as bigint) as n_censored,
        cast(n_left as bigint) as n_left,
        {% for measure in ['survival_ratio', 'standard_error', 'survival_low', 'survival_high', 'incidence_ratio'] %}
        case when is_known then {{ measure }} end as {{ measure }},
        {% endfor %}
    {% for name, measure in [('median', 'ratio'), ('median_low', 'low'), ('median_high', 'high')] %}
    case
        when not is_too_small
            then min(case when is_known and survival_{{ measure }} <= 0.5e0 + 1e-9 then duration_days end)
                over ({{ curve }})
    end as {{ name }}_days{{ ',' if not loop.last }}
    {% endfor %}
    from bounded
    where not is_too_small or duration_days = 0
)

select * from final

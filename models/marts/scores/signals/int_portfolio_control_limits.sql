-- Headline numbers of the portfolio, each segment and each CSM with their control limits.
-- Grain: one row per scored_on, segment_attribute, segment_value, csm_id and measure.

-- A number may move from the Sunday before by 3.268 times the mean of its moves over the twelve Sundays before (XmR,
-- Wheeler 1993); with fewer than six moves there are no limits yet.
{{ config(materialized='incremental', partition_by='scored_on') }}
{% set counted = ['accounts', 'accounts_at_risk', 'at_risk_ratio'] %}
{% set measures = counted + ['mean_score', 'mrr', 'mrr_at_risk', 'mrr_at_risk_ratio'] %}
{% set line = 'segment_attribute, segment_value, csm_id, measure' %}
{% set way = 'over (partition by ' ~ line ~ ' order by day_number range between ' %}
{% set days_before = way ~ '7 preceding and 1 preceding)' %}
{% set weeks_before = way ~ '84 preceding and 1 preceding)' %}

with health as (
    select * from {{ ref('fct_portfolio_health') }}
    where
        scored_on between {{ add_days(first_day(), -98) }} and {{ last_day() }}
        and (csm_id = 'all' or segment_attribute = 'all')
),

totals as (
    select
        scored_on,
        segment_attribute,
        segment_value,
        csm_id,
        sum(n_accounts) as accounts,
        sum(case when {{ is_at_risk('band') }} then n_accounts else 0 end) as accounts_at_risk,
        -- scores have four digits: the sum is that of the scores themselves, in any order
        cast(sum(cast(mean_score * n_scored as decimal(18, 4))) as double) / nullif(sum(n_scored), 0) as mean_score,
        sum(mrr) as mrr,
        sum(mrr_at_risk) as mrr_at_risk
    from health
    group by scored_on, segment_attribute, segment_value, csm_id
),

rates as (
    select
        *,
        cast(accounts_at_risk as double) / accounts as at_risk_ratio,
        mrr_at_risk / nullif(mrr, 0) as mrr_at_risk_ratio
    from totals
),

measured as (
    {% for measure in measures %}
    select
        scored_on,
        segment_attribute,
        segment_value,
        csm_id,
        '{{ measure }}' as measure,
        cast({{ measure }} as double) as value,
        {{ days_between("date '2000-01-01'", 'scored_on') }} as day_number,
        {{ day_of_week('scored_on') }} = 0 as is_sunday
    from rates
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

moved as (
    select
        *,
        max(case when is_sunday then value end) {{ days_before }} as value_before
    from measured
    where value is not null or measure not like 'mrr%'
),

limited as (
    select
        *,
        count(case when is_sunday then value - value_before end) {{ weeks_before }} as n_changes,
        {{ xmr_range_factor() }}
        * avg(case when is_sunday then abs(value - value_before) end) {{ weeks_before }} as reach
    from moved
),

final as (
    select
        scored_on,
        segment_attribute,
        segment_value,
        csm_id,
        measure,
        value,
        value_before,
        n_changes,
        case when n_changes >= 6 then value_before - reach end as expected_low,
        case when n_changes >= 6 then value_before + reach end as expected_high,
        case
            when n_changes < 6 or value_before is null then 'not_yet'
            -- a value on the line counts as inside, on both engines
            when abs(value - value_before) <= reach + 1e-9 then 'none'
            when value > value_before then 'rise'
            else 'fall'
        end as crossed
    from limited
    where scored_on between {{ first_day() }} and {{ last_day() }}
)

select * from final

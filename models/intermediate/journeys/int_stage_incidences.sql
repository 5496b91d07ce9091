-- Share of a segment's stays in a stage that end in each way within so many days, with those that go on counted.
-- Grain: one row per scored_on, segment_attribute, segment_value, stage, endpoint and outcome.

-- Aalen and Johansen 1978: the share that is still there just before a day, times the share of these whose stay ends in
-- this way on the day.
{% set horizon_days = 180 %}
{% set followed_days = 28 %}
{% set stay = 'scored_on, segment_attribute, segment_value, stage, endpoint' %}
{% set until_then = 'over (partition by ' ~ stay ~ ' order by duration_days)' %}

with risks as (
    select * from {{ ref('int_stage_risks') }}
),

followed as (
    select
        *,
        max(followed_days) over (partition by {{ stay }}) as longest_days
    from risks
),

daily as (
    select
        *,
        case when longest_days is not null then least({{ horizon_days }}, longest_days) end as horizon_days,
        sum(n) over (partition by {{ stay }}) as n_entered,
        sum(n) over (partition by {{ stay }}, duration_days) as n_that_day,
        sum(n) {{ until_then }} as n_until_then,
        cast(sum(case when outcome <> 'open' then n else 0 end) over (partition by {{ stay }}, duration_days) as double)
            as n_events,
        row_number() over (partition by {{ stay }}, duration_days order by outcome) = 1 as is_first_of_day
    from followed
),

at_risk as (
    select
        *,
        n_entered - n_until_then + n_that_day as n_at_risk
    from daily
),

-- a day on which all that were left ended is the last one: nobody is asked about what stays after it
factors as (
    select
        *,
        case when n_events < n_at_risk then ln(1 - n_events / n_at_risk) else 0.0e0 end as log_factor
    from at_risk
),

increments as (
    select
        *,
        case
            when outcome <> 'open' and duration_days <= horizon_days
                then
                    exp(sum(case when is_first_of_day then log_factor else 0.0e0 end) {{ until_then }} - log_factor)
                    * n / n_at_risk
            else 0.0e0
        end as increment_ratio
    from factors
),

reached as (
    select
        *,
        1 - sum(increment_ratio) {{ until_then }} as staying_ratio,
        sum(increment_ratio) over (partition by {{ stay }}, outcome order by duration_days) as reached_ratio,
        sum(increment_ratio) over (partition by {{ stay }}, outcome) as incidence_ratio
    from increments
),

looked_ahead as (
    select
        *,
        min(staying_ratio) over (
            partition by {{ stay }} order by duration_days range between current row and {{ followed_days }} following
        ) as staying_after_ratio
    from reached
),

final as (
    select
        {{ stay }},
        outcome,
        cast(max(n_entered) as bigint) as n_entered,
        max(min_accounts) as min_accounts,
        cast(sum(n) as bigint) as n,
        max(horizon_days) as horizon_days,
        case when outcome <> 'open' and max(horizon_days) is not null then least(1.0e0, max(incidence_ratio)) end
            as incidence_ratio,
        {% for name, share in [('median', 0.5), ('p75', 0.75)] %}
        cast(min(
            case
                when incidence_ratio > 0 and reached_ratio >= {{ share }}e0 * incidence_ratio - 1e-9 then duration_days
            end
        ) as double) as {{ name }}_days,
        {% endfor %}
        min(case
            when
                outcome <> 'open'
                and staying_ratio <= 0.25e0 + 1e-9
                and duration_days + {{ followed_days }} <= horizon_days
                and staying_after_ratio >= 0.5e0 * staying_ratio - 1e-9
                then duration_days
        end) as stall_days,
        sum(increment_ratio * duration_days) / nullif(sum(increment_ratio), 0) as mean_days
    from looked_ahead
    group by {{ stay }}, outcome
)

select * from final

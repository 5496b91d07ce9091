-- Raw value and evidence of every metric with a window, for every account and scored day of this build.
-- Grain: one row per account_id, scored_on and metric_id.

{% set age = days_between('observed.observed_on', 'exposures.scored_on') %}
{% set weight = half_life_weight(age, 'exposures.half_life_days') %}
{# known by the scored day, inside the metric's window, and for activity not before the account started #}
{% set known_in_window %}
            exposures.account_id = observed.account_id
            and exposures.metric_id = observed.metric_id
            and exposures.scored_on >= observed.observed_on
            and exposures.scored_on >= observed.known_on
            and observed.observed_on > {{ add_days('exposures.scored_on', '-1 * exposures.looks_back_days') }}
{%- endset %}

with exposures as (
    select * from {{ ref('int_metric_exposures') }}
),

observations as (
    select * from {{ ref('int_metric_observations') }}
    where observed_on > {{ add_days(first_day(), -400) }}
),

-- a day counts once as active, however late its other rows arrive: with the row that was known first
day_observations as (
    select
        account_id,
        metric_id,
        observed_on,
        known_on,
        sum(n) as n,
        sum(value) as value,
        case
            when known_on = min(known_on) over (partition by account_id, metric_id, observed_on) then 1 else 0
        end as is_first
    from observations
    group by account_id, metric_id, observed_on, known_on
),

day_sums as (
    select
        exposures.account_id,
        exposures.scored_on,
        exposures.metric_id,
        sum(observed.is_first * {{ weight }}) as active_days,
        sum(observed.n * {{ weight }}) as weighted_n,
        sum(observed.value * {{ weight }}) as weighted_value,
        max(observed.observed_on) as latest_on
    from exposures
    inner join day_observations as observed
        on {{ known_in_window }}
    where exposures.aggregation <> 'users'
    group by exposures.account_id, exposures.scored_on, exposures.metric_id
),

-- a person counts once, at their latest
users as (
    select
        exposures.account_id,
        exposures.scored_on,
        exposures.metric_id,
        observed.user_id,
        max({{ weight }}) as weight
    from exposures
    inner join observations as observed
        on {{ known_in_window }}
    where exposures.aggregation = 'users' and observed.user_id is not null
    group by exposures.account_id, exposures.scored_on, exposures.metric_id, observed.user_id
),

user_sums as (
    select account_id, scored_on, metric_id, sum(weight) as weighted_users
    from users
    group by account_id, scored_on, metric_id
),

final as (
    select
        exposures.account_id,
        exposures.scored_on,
        exposures.metric_id,
        case exposures.aggregation
            when 'active_days' then coalesce(day_sums.active_days, 0.0) / exposures.weighted_days
            when 'count' then 7.0 * coalesce(day_sums.weighted_n, 0.0) / exposures.weighted_days
            when 'users' then coalesce(user_sums.weighted_users, 0.0)
            when 'recency'
                then
                    cast(
                        coalesce(
                            {{ days_between('day_sums.latest_on', 'exposures.scored_on') }}, exposures.n_days
                        ) as double
                    )
            when 'mean' then day_sums.weighted_value / day_sums.weighted_n
        end as raw_value,
        case
            when exposures.aggregation = 'mean' then coalesce(day_sums.weighted_n, 0.0)
            else exposures.weighted_days
        end as n_evidence
    from exposures
    left join day_sums
        on
            exposures.account_id = day_sums.account_id
            and exposures.scored_on = day_sums.scored_on
            and exposures.metric_id = day_sums.metric_id
    left join user_sums
        on
            exposures.account_id = user_sums.account_id
            and exposures.scored_on = user_sums.scored_on
            and exposures.metric_id = user_sums.metric_id
)

select * from final

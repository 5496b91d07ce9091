-- Whether assisted accounts of a segment do better than comparable automated ones; observational, no experiment.
-- Grain: one row per segment_attribute, segment_value and outcome.

-- Mantel-Haenszel risk difference over strata of the attribute that sets benchmarks, variance of Greenland and Robins
-- (1985): assisted accounts are larger, and larger ones do differently with or without assistance.

with strata as (
    select
        *,
        cast(n_automated as double) as automated,
        cast(n_assisted as double) as assisted,
        cast(n_automated + n_assisted as double) as together
    from {{ ref('int_onboarding_mode_strata') }}
),

added_up as (
    select
        segment_attribute,
        segment_value,
        outcome,
        max(min_accounts) as min_accounts,
        cast(sum(n_automated) as bigint) as n_automated,
        cast(sum(n_assisted) as bigint) as n_assisted,
        cast(sum(n_automated_events) as bigint) as n_automated_events,
        cast(sum(n_assisted_events) as bigint) as n_assisted_events,
        sum(automated * assisted / together) as weight,
        {% for half, name in [('0.0', 'weighted_variance'), ('0.5', 'variance_of_halves')] %}
        sum(case when automated > 0 and assisted > 0 then (
            (n_assisted_events + {{ half }}) * (assisted - n_assisted_events + {{ half }}) * power(automated, 3)
            + (n_automated_events + {{ half }}) * (automated - n_automated_events + {{ half }}) * power(assisted, 3)
        ) / (assisted * automated * power(together, 2)) end) as {{ name }},
        {% endfor %}
        sum((n_assisted_events * automated - n_automated_events * assisted) / together) as weighted_difference
    from strata
    group by segment_attribute, segment_value, outcome
),

ratios as (
    select
        *,
        n_automated < min_accounts or n_assisted < min_accounts as is_too_small,
        cast(n_automated_events as double) / nullif(n_automated, 0) as automated_ratio,
        cast(n_assisted_events as double) / nullif(n_assisted, 0) as assisted_ratio,
        weighted_difference / nullif(weight, 0) as adjusted_difference,
        -- all of one side and none of the other is no certainty: half an event is added then
        sqrt(case when weighted_variance > 0 then weighted_variance else variance_of_halves end) / nullif(weight, 0)
            as standard_error
    from added_up
),

bounded as (
    select
        *,
        greatest(-1.0e0, adjusted_difference - {{ z_90() }} * standard_error) as adjusted_low,
        least(1.0e0, adjusted_difference + {{ z_90() }} * standard_error) as adjusted_high
    from ratios
),

tested as (
    select
        *,
        case when not is_too_small then {{ two_sided_p_value('adjusted_difference', 'standard_error') }} end as p_value
    from bounded
),

corrected as (
    {{ benjamini_hochberg('tested', "outcome, case when segment_attribute = 'all' then 'all' else 'segments' end") }}
),

final as (
    select
        segment_attribute,
        segment_value,
        outcome,
        n_automated,
        n_assisted,
        n_automated_events,
        n_assisted_events,
        is_too_small,
        {% for measure in [
            'automated_ratio', 'assisted_ratio', 'adjusted_difference', 'standard_error', 'adjusted_low', 'adjusted_high',
        ] %}
        case when not is_too_small then {{ measure }} end as {{ measure }},
        {% endfor %}
        p_value,
        q_value,
        case
            when is_too_small then 'too_small'
            when coalesce(q_value > 0.1, true) then 'no_clear_difference'
            when (outcome = 'churn_180d') = (adjusted_difference > 0) then 'automated'
            else 'assisted'
        end as better_mode
    from corrected
)

select * from final

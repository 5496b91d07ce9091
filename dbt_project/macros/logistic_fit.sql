{# Logistic regression of is_event on one predictor x, per key, by Newton's method (Fisher scoring): gives the CTE
   logistic_fit with intercept and slope. A ridge of a millionth keeps separable cases finite. Starts from no slope. #}
{% macro logistic_fit(cases, keys, n_steps=8) -%}
{%- set ridge = '1e-6' -%}
step_0 as (
    select
        {{ keys | join(', ') }},
        ln((avg(is_event) + 1e-9) / (1.0e0 - avg(is_event) + 1e-9)) as intercept,
        0.0e0 as slope
    from {{ cases }}
    group by {{ keys | join(', ') }}
),

{% for step in range(1, n_steps + 1) -%}
weighed_{{ step }} as (
    select
        cases.*,
        state.intercept,
        state.slope,
        {{ logistic('state.intercept + state.slope * cases.x') }} as probability
    from {{ cases }} as cases
    inner join step_{{ step - 1 }} as state
        on {{ same_keys('cases', 'state', keys) }}
),

sums_{{ step }} as (
    select
        {{ keys | join(', ') }},
        max(intercept) as intercept,
        max(slope) as slope,
        sum(is_event - probability) as gradient_0,
        sum((is_event - probability) * x) - {{ ridge }} * max(slope) as gradient_1,
        sum(probability * (1.0e0 - probability)) + {{ ridge }} as hessian_00,
        sum(probability * (1.0e0 - probability) * x) as hessian_01,
        sum(probability * (1.0e0 - probability) * x * x) + {{ ridge }} as hessian_11
    from weighed_{{ step }}
    group by {{ keys | join(', ') }}
),

step_{{ step }} as (
    select
        {{ keys | join(', ') }},
        intercept + (hessian_11 * gradient_0 - hessian_01 * gradient_1)
        / (hessian_00 * hessian_11 - hessian_01 * hessian_01) as intercept,
        slope + (hessian_00 * gradient_1 - hessian_01 * gradient_0)
        / (hessian_00 * hessian_11 - hessian_01 * hessian_01) as slope
    from sums_{{ step }}
),

{% endfor -%}
logistic_fit as (
    select * from step_{{ n_steps }}
)
{%- endmacro %}

{# Probability of log odds; those beyond 500 are as good as certain, and their exponential would not be a number. #}
{% macro logistic(log_odds) %}1.0e0 / (1.0e0 + exp(-1.0e0 * greatest(-500.0e0, least(500.0e0, {{ log_odds }})))){% endmacro %}

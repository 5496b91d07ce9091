-- What a metric says of an account on a day: little evidence is drawn to what is usual, and the doubt left is told.
-- Grain: one row per account_id, scored_on and metric_id.

-- Posterior mean and spread of Beta-Binomial, Gamma-Poisson and normal means in one form: the account's evidence, and
-- the evidence that the benchmark is worth. Facts (people counted, days since use) are not drawn anywhere; ratios are
-- those of what their parts are drawn to.

with compared as (
    select * from {{ ref('int_metric_comparisons') }}
),

drawn as (
    select
        *,
        case
            when
                benchmark_evidence > 0.0
                then (n_evidence * raw_value + benchmark_evidence * benchmark) / (n_evidence + benchmark_evidence)
            else raw_value
        end as drawn_value,
        case
            when
                benchmark_evidence > 0.0
                then
                    (passed_evidence * passed_value + benchmark_evidence * benchmark)
                    / (passed_evidence + benchmark_evidence)
            else passed_value
        end as drawn_passed_value
    from compared
),

doubted as (
    select
        *,
        case aggregation
            when
                'active_days'
                then sqrt(greatest(0.0, drawn_value * (1.0 - drawn_value)) / (n_evidence + benchmark_evidence + 1.0))
            when 'count' then sqrt(greatest(0.0, 7.0 * drawn_value) / (n_evidence + benchmark_evidence))
            when 'mean' then sqrt(variance_of_chance / (n_evidence + benchmark_evidence))
            else 0.0
        end as drawn_error
    from drawn
),

final as (
    select
        doubted.account_id,
        doubted.scored_on,
        doubted.metric_id,
        doubted.raw_value,
        doubted.n_evidence,
        doubted.n_evidence >= 0.5 and doubted.raw_value is not null as has_evidence,
        doubted.n_evidence
        / (doubted.n_evidence + coalesce(denominators.benchmark_evidence, doubted.benchmark_evidence))
            as reliability_ratio,
        doubted.benchmark_kind,
        doubted.n_peers,
        doubted.benchmark,
        doubted.benchmark_spread,
        case
            when doubted.denominator_metric_id is null then doubted.drawn_value
            else numerators.drawn_value / nullif(denominators.drawn_value, 0.0)
        end as estimate,
        case
            when doubted.denominator_metric_id is null then doubted.drawn_error
            else numerators.drawn_value / nullif(denominators.drawn_value, 0.0) * sqrt(
                power(numerators.drawn_error / nullif(numerators.drawn_value, 0.0), 2.0)
                + power(denominators.drawn_error / nullif(denominators.drawn_value, 0.0), 2.0)
            )
        end as standard_error,
        case
            when doubted.denominator_metric_id is null then doubted.drawn_passed_value
            else numerators.drawn_passed_value / nullif(denominators.drawn_passed_value, 0.0)
        end as passed_estimate
    from doubted
    {% for name, of in [('numerators', 'numerator'), ('denominators', 'denominator')] %}
    left join doubted as {{ name }}
        on
            doubted.account_id = {{ name }}.account_id
            and doubted.scored_on = {{ name }}.scored_on
            and doubted.{{ of }}_metric_id = {{ name }}.metric_id
    {% endfor %}
)

select * from final

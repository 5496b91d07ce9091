-- Estimate of each metric: the value shrunk towards the benchmark where there is little evidence, with its error.
-- Grain: one row per account_id, scored_on and metric_id.

-- Posterior mean and spread of Beta-Binomial, Gamma-Poisson and normal means in one form: the account's evidence, and
-- the evidence that the benchmark is worth. Facts (people counted, days since use) are not shrunk; ratios are
-- those of their shrunk parts.

with compared as (
    select * from {{ ref('int_metric_comparisons') }}
),

-- what one unit of evidence varies by among accounts like the benchmark, and what one more event would move it by
varying as (
    select
        *,
        case aggregation
            when 'active_days' then greatest(0.0, benchmark * (1.0 - benchmark))
            when 'count' then 7.0 * benchmark
            when 'mean' then sampling_variance
        end as unit_variance,
        case aggregation when 'active_days' then 1.0 when 'count' then 49.0 else 0.0 end as event_square
    from compared
),

-- an account that differs from peers who hardly differ is not made one of them
weighed as (
    select
        *,
        {{ benchmark_weight('n_evidence', 'raw_value') }} as benchmark_weight,
        {{ benchmark_weight('passed_evidence', 'passed_value') }} as passed_benchmark_weight
    from varying
),

drawn as (
    select
        *,
        case
            when
                benchmark_weight > 0.0
                then (n_evidence * raw_value + benchmark_weight * benchmark) / (n_evidence + benchmark_weight)
            else raw_value
        end as shrunk_value,
        case
            when
                passed_benchmark_weight > 0.0
                then
                    (passed_evidence * passed_value + passed_benchmark_weight * benchmark)
                    / (passed_evidence + passed_benchmark_weight)
            else passed_value
        end as shrunk_passed_value
    from weighed
),

shrunk as (
    select
        *,
        case aggregation
            when
                'active_days'
                then sqrt(greatest(0.0, shrunk_value * (1.0 - shrunk_value)) / (n_evidence + benchmark_weight + 1.0))
            when 'count' then sqrt(greatest(0.0, 7.0 * shrunk_value) / (n_evidence + benchmark_weight))
            when 'mean' then sqrt(sampling_variance / (n_evidence + benchmark_weight))
            else 0.0
        end as shrunk_error
    from drawn
),

final as (
    select
        shrunk.account_id,
        shrunk.scored_on,
        shrunk.metric_id,
        shrunk.raw_value,
        shrunk.n_evidence,
        shrunk.n_evidence >= {{ min_evidence() }} and shrunk.raw_value is not null as has_evidence,
        shrunk.n_evidence
        / (shrunk.n_evidence + coalesce(denominators.benchmark_weight, shrunk.benchmark_weight))
            as reliability_ratio,
        shrunk.benchmark_kind,
        shrunk.n_peers,
        shrunk.benchmark,
        shrunk.benchmark_spread,
        case
            when shrunk.denominator_metric_id is null then shrunk.shrunk_value
            else numerators.shrunk_value / nullif(denominators.shrunk_value, 0.0)
        end as estimate,
        case
            when shrunk.denominator_metric_id is null then shrunk.shrunk_error
            else numerators.shrunk_value / nullif(denominators.shrunk_value, 0.0) * sqrt(
                power(numerators.shrunk_error / nullif(numerators.shrunk_value, 0.0), 2.0)
                + power(denominators.shrunk_error / nullif(denominators.shrunk_value, 0.0), 2.0)
            )
        end as standard_error,
        case
            when shrunk.denominator_metric_id is null then shrunk.shrunk_passed_value
            else numerators.shrunk_passed_value / nullif(denominators.shrunk_passed_value, 0.0)
        end as passed_estimate
    from shrunk
    {% for name, of in [('numerators', 'numerator'), ('denominators', 'denominator')] %}
    left join shrunk as {{ name }}
        on
            shrunk.account_id = {{ name }}.account_id
            and shrunk.scored_on = {{ name }}.scored_on
            and shrunk.{{ of }}_metric_id = {{ name }}.metric_id
    {% endfor %}
)

select * from final

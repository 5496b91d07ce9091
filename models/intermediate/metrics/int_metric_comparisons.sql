-- Each metric next to its benchmark: that of the segment, of all accounts, or the seeded prior.
-- Grain: one row per account_id, scored_on and metric_id.

with readings as (
    select * from {{ ref('int_metric_comparable_values') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

spine as (
    select
        *,
        (
            select coalesce(max(case when is_benchmark then min_accounts end), max(min_accounts), 10)
            from {{ ref('segments') }}
        ) as min_accounts
    from {{ ref('int_account_spine') }}
),

first_uses as (
    select * from {{ ref('int_first_uses') }}
),

-- tickets say nothing of the health of what nobody ever used, where use is known at all
unused as (
    select spine.account_id, spine.scored_on
    from spine
    cross join (select min(first_known_on) as known_from from {{ ref('int_first_uses') }}) as anybody
    left join first_uses on spine.account_id = first_uses.account_id
    where
        coalesce(first_uses.first_known_on > spine.scored_on, true)
        and spine.scored_on >= anybody.known_from
),

benchmarks as (
    select * from {{ ref('int_metric_benchmarks') }}
),

final as (
    select
        readings.account_id,
        readings.scored_on,
        readings.metric_id,
        readings.aggregation,
        readings.raw_value,
        {% for evidence in ['n_evidence', 'passed_evidence'] %}
        case
            when
                unused.account_id is not null and metrics.direction = 'lower_is_better'
                and readings.aggregation = 'count'
                then 0.0
            else readings.{{ evidence }}
        end as {{ evidence }},
        {% endfor %}
        readings.passed_value,
        metrics.numerator_metric_id,
        metrics.denominator_metric_id,
        case
            when of_segment.n_peers is not null then 'segment'
            when of_all.n_peers is not null then 'all'
            when metrics.prior_value is not null then 'prior'
        end as benchmark_kind,
        coalesce(of_segment.n_peers, of_all.n_peers, cast(0 as bigint)) as n_peers,
        coalesce(of_segment.benchmark, of_all.benchmark, metrics.prior_value) as benchmark,
        coalesce(of_segment.benchmark_spread, of_all.benchmark_spread) as benchmark_spread,
        coalesce(of_segment.benchmark_evidence, of_all.benchmark_evidence, metrics.prior_evidence, 0.0e0)
            as benchmark_evidence,
        coalesce(
            of_segment.sampling_variance, of_all.sampling_variance, metrics.prior_spread * metrics.prior_spread
        ) as sampling_variance
    from readings
    inner join metrics on readings.metric_id = metrics.metric_id
    inner join spine on readings.account_id = spine.account_id and readings.scored_on = spine.scored_on
    left join unused on readings.account_id = unused.account_id and readings.scored_on = unused.scored_on
    {% for name in ['of_segment', 'of_all'] %}
    left join benchmarks as {{ name }}
        on
            readings.scored_on = {{ name }}.scored_on
            and readings.metric_id = {{ name }}.metric_id
            and spine.tenure_week = {{ name }}.tenure_week
            and {{ "'all'" if name == 'of_all' else 'spine.segment_attribute' }} = {{ name }}.segment_attribute
            and {{ "'all'" if name == 'of_all' else 'spine.segment_value' }} = {{ name }}.segment_value
            and {{ name }}.n_peers >= spine.min_accounts
    {% endfor %}
)

select * from final

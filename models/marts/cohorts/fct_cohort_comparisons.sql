-- Whether the segments of an attribute differ in time to value or churn: log-rank tests, corrected for many tests.
-- Grain: one row per endpoint and segment_attribute.

{% set max_groups = 8 %}

with terms as (
    select * from {{ ref('int_log_rank_terms') }}
),

sizes as (
    select
        endpoint,
        segment_attribute,
        max(case when row_index < 100 then row_index end) as last_index
    from terms
    group by endpoint, segment_attribute
),

-- the last group follows from the others: the matrix of all has no inverse
matrix as (
    select
        terms.endpoint,
        terms.segment_attribute,
        terms.row_index,
        terms.column_index,
        terms.cell
    from terms
    inner join sizes
        on terms.endpoint = sizes.endpoint and terms.segment_attribute = sizes.segment_attribute
    where terms.row_index <> sizes.last_index and terms.column_index <> sizes.last_index
),

{{ schur_complement('matrix', 'endpoint, segment_attribute', max_groups - 1) }},

groups as (
    select
        endpoint,
        segment_attribute,
        count(distinct case when row_index < 100 then row_index end) as n_groups
    from terms
    group by endpoint, segment_attribute
),

events as (
    select
        endpoint,
        segment_attribute,
        sum(n_events) as n_events,
        count(distinct case when is_too_small then segment_value end) as n_groups_too_small
    from {{ ref('fct_cohort_survival') }}
    where segment_attribute <> 'all'
    group by endpoint, segment_attribute
),

tested as (
    select
        events.endpoint,
        events.segment_attribute,
        coalesce(groups.n_groups, 0) as n_groups,
        events.n_groups_too_small,
        cast(events.n_events as bigint) as n_events,
        case when groups.n_groups > 1 then greatest(0.0e0, -1 * solved.cell) end as chi_square
    from events
    left join groups
        on events.endpoint = groups.endpoint and events.segment_attribute = groups.segment_attribute
    left join eliminated_{{ max_groups - 1 }} as solved
        on
            events.endpoint = solved.endpoint
            and events.segment_attribute = solved.segment_attribute
            and solved.row_index = 100
            and solved.column_index = 100
),

valued as (
    select
        *,
        n_groups - 1 as degrees_of_freedom,
        case when chi_square is not null then {{ chi_square_tail('chi_square', '(n_groups - 1)') }} end as p_value
    from tested
),

corrected as (
    {{ benjamini_hochberg('valued', "'all'") }}
),

final as (
    select
        endpoint,
        segment_attribute,
        n_groups,
        n_groups_too_small,
        n_events,
        chi_square,
        case when chi_square is not null then degrees_of_freedom end as degrees_of_freedom,
        p_value,
        q_value,
        case when n_groups < 2 then 'too_small' when n_events < 10 then 'too_few_events' else 'tested' end as state
    from corrected
)

select * from final

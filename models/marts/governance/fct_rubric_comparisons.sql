-- How far another version of the rubric agrees with the one published: order, distribution and bands, Sunday by Sunday.
-- Grain: one row per scored_on, rubric_version, other_version, segment_attribute and segment_value.

-- Spearman's rank correlation with mid-ranks; population stability index over ten bins of ten points, half an account
-- added to each so that an empty bin does not make it infinite (below 0.1 stable, above 0.25 another score).
{{ config(materialized='incremental', partition_by='scored_on', pre_hook="{{ clear_window('scored_on') }}") }}
{% set keys = 'scored_on, rubric_version, other_version, segment_attribute, segment_value' %}

with scores as (
    select * from {{ ref('fct_account_scores') }}
    where
        {{ day_of_week('scored_on') }} = 0 and score is not null
        and scored_on between {{ first_day() }} and {{ last_day() }}
),

bands as (
    select * from {{ ref('dim_bands') }}
),

pairs as (
    select
        published.account_id,
        published.scored_on,
        published.rubric_version,
        others.rubric_version as other_version,
        published.segment_attribute,
        published.segment_value,
        cast(published.score as double) as score,
        cast(others.score as double) as other_score,
        coalesce(bands.band_rank, 0) as band_rank,
        coalesce(other_bands.band_rank, 0) as other_band_rank
    from scores as published
    inner join scores as others
        on
            published.account_id = others.account_id
            and published.scored_on = others.scored_on
            and not others.is_published
    left join bands on published.rubric_version = bands.rubric_version and published.band = bands.band
    left join bands as other_bands
        on others.rubric_version = other_bands.rubric_version and others.band = other_bands.band
    where published.is_published
),

grouped as (
    select * from pairs
    where segment_attribute <> 'all'
    union all
    select
        account_id, scored_on, rubric_version, other_version, 'all' as segment_attribute, 'all' as segment_value,
        score, other_score, band_rank, other_band_rank
    from pairs
),

ranked as (
    select
        *,
        {% for name in ['score', 'other_score'] %}
        rank() over (partition by {{ keys }} order by {{ name }})
        + (count(*) over (partition by {{ keys }}, {{ name }}) - 1) / 2.0e0 as {{ name }}_rank,
        {% endfor %}
        count(*) over (partition by {{ keys }}) as n
    from grouped
),

binned as (
    select {{ keys }}, n, least(9.0e0, floor(score / 10.0e0)) as bin, 1 as n_here, 0 as n_there from ranked
    union all
    select {{ keys }}, n, least(9.0e0, floor(other_score / 10.0e0)) as bin, 0 as n_here, 1 as n_there from ranked
),

shares as (
    select
        {{ keys }},
        bin,
        (sum(n_here) + 0.5e0) / (max(n) + 5.0e0) as share_here,
        (sum(n_there) + 0.5e0) / (max(n) + 5.0e0) as share_there
    from binned
    group by {{ keys }}, bin
),

stability as (
    select
        {{ keys }},
        sum((share_there - share_here) * ln(share_there / share_here)) as stability_index
    from shares
    group by {{ keys }}
),

agreement as (
    select
        {{ keys }},
        count(*) as n_accounts,
        case when count(*) > 2 then corr(score_rank, other_score_rank) end as rank_correlation,
        avg(other_score - score) as mean_difference,
        avg(case when other_band_rank > band_rank then 1.0e0 else 0.0e0 end) as moved_up_ratio,
        avg(case when other_band_rank < band_rank then 1.0e0 else 0.0e0 end) as moved_down_ratio
    from ranked
    group by {{ keys }}
),

final as (
    select
        agreement.*,
        stability.stability_index
    from agreement
    inner join stability on {{ same_keys('agreement', 'stability', keys.split(', ')) }}
)

select * from final

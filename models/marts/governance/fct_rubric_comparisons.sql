-- Agreement of another rubric version with the published one: rank order, distribution and bands, Sunday by Sunday.
-- Grain: one row per scored_on, rubric_version, other_version, segment_attribute and segment_value.

-- Spearman's rank correlation with mid-ranks; population stability index over ten bins of ten points, half an account
-- added to each so that an empty bin does not make it infinite (below 0.1 stable, above 0.25 another score).
{{ config(materialized='incremental', partition_by='scored_on') }}
{% set keys = 'scored_on, rubric_version, other_version, segment_attribute, segment_value' %}

with version_pairs as (
    select * from {{ ref('int_rubric_version_pairs') }}
    where score is not null and other_score is not null
),

bands as (
    select * from {{ ref('dim_bands') }}
),

pairs as (
    select
        version_pairs.account_id,
        version_pairs.scored_on,
        version_pairs.rubric_version,
        version_pairs.other_version,
        version_pairs.segment_attribute,
        version_pairs.segment_value,
        cast(version_pairs.score as double) as score,
        cast(version_pairs.other_score as double) as other_score,
        coalesce(bands.band_rank, 0) as band_rank,
        coalesce(other_bands.band_rank, 0) as other_band_rank
    from version_pairs
    left join bands on version_pairs.rubric_version = bands.rubric_version and version_pairs.band = bands.band
    left join bands as other_bands
        on version_pairs.other_version = other_bands.rubric_version and version_pairs.other_band = other_bands.band
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
        -- unknown is no band, neither better nor worse than another
        avg(case when band_rank > 0 and other_band_rank > band_rank then 1.0e0 else 0.0e0 end) as moved_up_ratio,
        avg(case when other_band_rank > 0 and other_band_rank < band_rank then 1.0e0 else 0.0e0 end)
            as moved_down_ratio
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

-- Bands of the score in each rubric version, with colour and sign for every chart and table.
-- Grain: one row per rubric_version and band.

with bands as (
    select * from {{ ref('bands') }}
),

versions as (
    select rubric_version from {{ ref('rubric_versions') }}
),

final as (
    select
        rubric_version,
        band,
        band_rank,
        score_from,
        lead(score_from) over (partition by rubric_version order by score_from) as score_below,
        colour,
        sign,
        rationale
    from bands
    union all
    select
        rubric_version,
        'unknown' as band,
        0 as band_rank,
        null as score_from,
        null as score_below,
        '#6b7280' as colour,
        '?' as sign,
        'Too little evidence for a score' as rationale
    from versions
)

select * from final

-- Since when an account has been in the band of a Sunday; bands move on Sundays, so daily and weekly builds agree.
-- Grain: one row per account_id, scored_on and rubric_version.

with sundays as (
    select
        *,
        lag(band) over (partition by account_id, rubric_version order by scored_on) as band_before
    from {{ ref('int_account_bands') }}
    where is_sunday and scored_on <= {{ last_day() }}
),

final as (
    select
        account_id,
        scored_on,
        rubric_version,
        band,
        max(case when band_before is null or band_before <> band then scored_on end) over (
            partition by account_id, rubric_version order by scored_on
            rows between unbounded preceding and current row
        ) as band_since
    from sundays
)

select * from final

-- Score and coverage of every scored day, and the band by the score alone, before anything is compared over time.
-- Grain: one row per account_id, scored_on and rubric_version.

{{ config(materialized='incremental', partition_by='scored_on', pre_hook="{{ clear_window('scored_on') }}") }}

with spine as (
    select * from {{ ref('int_account_spine') }}
),

contributions as (
    select * from {{ ref('int_score_contributions') }}
),

rubric as (
    select
        rubric_version,
        profile,
        sum(weight) as total_weight
    from {{ ref('rubric') }}
    group by rubric_version, profile
),

versions as (
    select * from {{ ref('rubric_versions') }}
    where status in ('active', 'shadow', 'pilot')
),

bands as (
    select
        *,
        lead(score_from) over (partition by rubric_version order by score_from) as score_below
    from {{ ref('bands') }}
),

scores as (
    select
        account_id,
        scored_on,
        rubric_version,
        sum(contribution) as score,
        sum(weight) as weight_with_evidence,
        count(*) as n_metrics
    from contributions
    group by account_id, scored_on, rubric_version
),

covered as (
    select
        spine.account_id,
        spine.scored_on,
        versions.rubric_version,
        spine.is_sunday,
        cast(scores.score as decimal(9, 4)) as score,
        coalesce(scores.weight_with_evidence, 0) / cast(rubric.total_weight as double) as coverage_ratio,
        versions.min_coverage_ratio,
        coalesce(scores.n_metrics, 0) as n_metrics,
        spine.tenure_days,
        spine.segment_attribute,
        spine.segment_value,
        spine.csm_id,
        spine.lifecycle,
        spine.mrr,
        versions.status = 'active' as is_published
    from spine
    inner join versions
        on
            spine.scored_on >= versions.effective_from
            and (versions.effective_to is null or spine.scored_on <= versions.effective_to)
    inner join rubric
        on versions.rubric_version = rubric.rubric_version and spine.profile = rubric.profile
    left join scores
        on
            spine.account_id = scores.account_id
            and spine.scored_on = scores.scored_on
            and versions.rubric_version = scores.rubric_version
),

final as (
    select
        covered.*,
        bands.band as raw_band
    from covered
    left join bands
        on
            covered.rubric_version = bands.rubric_version
            and covered.score >= bands.score_from
            and (bands.score_below is null or covered.score < bands.score_below)
)

select * from final

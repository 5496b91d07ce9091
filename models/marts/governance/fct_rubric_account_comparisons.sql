-- Score and band of each account by another rubric version, and the metric that differs most.
-- Grain: one row per scored_on, account_id, rubric_version and other_version.

{{ config(materialized='incremental', partition_by='scored_on') }}

with pairs as (
    select * from {{ ref('int_rubric_version_pairs') }}
),

components as (
    select * from {{ ref('fct_score_components') }}
    where {{ day_of_week('scored_on') }} = 0 and scored_on between {{ first_day() }} and {{ last_day() }}
),

both_sides as (
    select
        pairs.account_id,
        pairs.scored_on,
        pairs.rubric_version,
        pairs.other_version,
        components.metric_id,
        sum(
            case when components.rubric_version = pairs.other_version then 1 else -1 end * components.contribution
        ) as contribution_change
    from pairs
    inner join components
        on
            pairs.account_id = components.account_id
            and pairs.scored_on = components.scored_on
            and components.rubric_version in (pairs.rubric_version, pairs.other_version)
    group by
        pairs.account_id, pairs.scored_on, pairs.rubric_version, pairs.other_version, components.metric_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by account_id, scored_on, rubric_version, other_version
            order by abs(contribution_change) desc, metric_id
        ) as position
    from both_sides
    where contribution_change <> 0
),

final as (
    select
        pairs.scored_on,
        pairs.account_id,
        pairs.rubric_version,
        pairs.other_version,
        pairs.band,
        pairs.other_band,
        pairs.band <> pairs.other_band as has_moved,
        pairs.score,
        pairs.other_score,
        ranked.metric_id as main_metric_id,
        cast(ranked.contribution_change as double) as main_contribution_change,
        pairs.mrr
    from pairs
    left join ranked
        on
            pairs.account_id = ranked.account_id
            and pairs.scored_on = ranked.scored_on
            and pairs.rubric_version = ranked.rubric_version
            and pairs.other_version = ranked.other_version
            and ranked.position = 1
)

select * from final

-- Values of each metric with the segments and the tenure of its account, on the first Sunday of each month.
-- Grain: one row per scored_on, account_id, metric_id and segment_attribute.

{{ config(materialized='view') }}

with points as (
    select
        scored_on,
        account_id,
        metric_id,
        max(raw_value) as raw_value
    from {{ ref('int_metric_points') }}
    where has_evidence and raw_value is not null and extract(day from scored_on) <= 7
    group by scored_on, account_id, metric_id
),

spine as (
    select * from {{ ref('int_account_spine') }}
    where is_sunday
),

attributes as (
    select * from {{ ref('int_segment_attributes') }}
),

segments as (
    select * from {{ ref('int_account_segments') }}
),

final as (
    select
        points.scored_on,
        points.account_id,
        points.metric_id,
        attributes.segment_attribute,
        coalesce(segments.segment_value, 'unknown') as segment_value,
        attributes.min_accounts,
        case
            when spine.tenure_days < 30 then '0-29'
            when spine.tenure_days < 90 then '30-89'
            when spine.tenure_days < 180 then '90-179'
            else '180+'
        end as tenure,
        points.raw_value
    from points
    inner join spine on points.account_id = spine.account_id and points.scored_on = spine.scored_on
    cross join attributes
    left join segments
        on
            points.account_id = segments.account_id
            and attributes.segment_attribute = segments.segment_attribute
            and points.scored_on >= segments.known_on
            and (segments.known_until is null or points.scored_on < segments.known_until)
)

select * from final

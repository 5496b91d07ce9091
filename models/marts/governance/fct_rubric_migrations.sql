-- From which band to which another version of the rubric would move accounts, and what they pay: the matrix.
-- Grain: one row per scored_on, rubric_version, other_version, band and other_band.

{{ config(materialized='incremental', partition_by='scored_on', pre_hook="{{ clear_window('scored_on') }}") }}

with pairs as (
    select * from {{ ref('int_version_pairs') }}
),

final as (
    select
        scored_on,
        rubric_version,
        other_version,
        band,
        other_band,
        count(*) as n_accounts,
        sum(mrr) as mrr
    from pairs
    group by scored_on, rubric_version, other_version, band, other_band
)

select * from final

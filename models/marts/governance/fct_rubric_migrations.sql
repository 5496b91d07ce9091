-- From which band to which another version of the rubric would move accounts, and what they pay: the matrix.
-- Grain: one row per scored_on, rubric_version, other_version, band and other_band.

{{ config(materialized='incremental', partition_by='scored_on', pre_hook="{{ clear_window('scored_on') }}") }}

with scores as (
    select * from {{ ref('fct_account_scores') }}
    where {{ day_of_week('scored_on') }} = 0 and scored_on between {{ first_day() }} and {{ last_day() }}
),

final as (
    select
        published.scored_on,
        published.rubric_version,
        others.rubric_version as other_version,
        published.band,
        others.band as other_band,
        count(*) as n_accounts,
        sum(published.mrr) as mrr
    from scores as published
    inner join scores as others
        on
            published.account_id = others.account_id
            and published.scored_on = others.scored_on
            and not others.is_published
    where published.is_published
    group by
        published.scored_on, published.rubric_version, others.rubric_version, published.band, others.band
)

select * from final

-- Whether an account counts as above the edge of a band, Sunday by Sunday: near the edge it keeps its state.
-- Grain: one row per account_id, scored_on, rubric_version and band.

-- Above by a margin, or twice in a row: crossed. In between nothing changes, and a Sunday without a score changes
-- nothing. No recursion: what a Sunday decides depends on its score and the one before, and the last decision holds.

{{ config(materialized='incremental', partition_by='scored_on') }}
{% set way = 'partition by account_id, rubric_version, band order by scored_on' %}

with score_days as (
    select * from {{ ref('int_account_score_days') }}
    where is_sunday and scored_on between {{ first_day() }} and {{ last_day() }}
),

edges as (
    select * from {{ ref('bands') }}
    where band_rank > 1
),

laid_out as (
    select
        score_days.account_id,
        score_days.scored_on,
        score_days.rubric_version,
        edges.band,
        edges.score_from,
        edges.enter_margin,
        edges.leave_margin,
        cast(score_days.score as double) as score,
        cast(null as integer) as held
    from score_days
    inner join edges on score_days.rubric_version = edges.rubric_version
    {% if is_incremental() %}
    union all
    select
        account_id,
        max(scored_on) as scored_on,
        rubric_version,
        band,
        null as score_from,
        null as enter_margin,
        null as leave_margin,
        max_by(last_score, scored_on) as score,
        max_by(is_above, scored_on) as held
    from {{ this }}
    where scored_on < {{ first_day() }}
    group by account_id, rubric_version, band
    {% endif %}
),

compared as (
    select
        *,
        max_by(score, case when score is not null then scored_on end) over (
            {{ way }} rows between unbounded preceding and 1 preceding
        ) as score_before
    from laid_out
),

decided as (
    select
        *,
        coalesce(held, {{ edge_decision('score', 'score_before') }}) as decision
    from compared
),

settled as (
    select
        *,
        max_by(decision, case when decision is not null then scored_on end) over (
            {{ way }} rows between unbounded preceding and current row
        ) as is_above
    from decided
),

final as (
    select
        account_id,
        scored_on,
        rubric_version,
        band,
        is_above,
        coalesce(score, score_before) as last_score
    from settled
    where scored_on >= {{ first_day() }}
)

select * from final

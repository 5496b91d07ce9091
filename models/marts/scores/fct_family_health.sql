-- Health of each parent with its children, where the workspace scores both: every account and its revenue once.
-- Grain: one row per scored_on and account_id.

{{ config(materialized='incremental', partition_by='scored_on') }}

with scores as (
    select * from {{ ref('fct_account_scores') }}
    where is_published and scored_on between {{ first_day() }} and {{ last_day() }}
),

families as (
    select families.*
    from {{ ref('int_account_families') }} as families
    cross join {{ ref('stg_workspace') }} as workspace
    where workspace.families = 'both'
),

members as (
    select
        scores.*,
        families.family_id,
        row_number() over (
            partition by scores.scored_on, families.family_id
            order by case when scores.score is null then 1 else 0 end, scores.score, scores.account_id
        ) as place
    from scores
    inner join families
        on
            scores.account_id = families.account_id
            and scores.scored_on >= families.known_from
            and (families.known_to is null or scores.scored_on < families.known_to)
),

final as (
    select
        scored_on,
        family_id as account_id,
        count(*) as n_accounts,
        count(score) as n_scored,
        cast(sum(score) as double) / nullif(count(score), 0) as mean_score,
        cast(min(score) as double) as lowest_score,
        max(case when place = 1 and score is not null then account_id end) as lowest_account_id,
        cast(sum(case when {{ is_at_risk('band') }} then 1 else 0 end) as bigint) as n_at_risk,
        sum(mrr) as mrr,
        sum(mrr_at_risk) as mrr_at_risk,
        cast(sum(case when mrr is null then 1 else 0 end) as bigint) as n_mrr_unknown,
        {{ reporting_currency() }} as currency
    from members
    group by scored_on, family_id
)

select * from final

-- Net promoter score by segment and month with its standard error, so that small segments show their uncertainty.
-- Grain: one row per segment_attribute, segment_value and month_date.

with responses as (
    select * from {{ ref('fct_survey_responses') }}
    where question = 'nps'
),

segments as (
    select * from {{ ref('int_account_segments') }}
    where known_until is null
),

counted as (
    select
        segments.segment_attribute,
        segments.segment_value,
        cast({{ dbt.date_trunc('month', 'responses.responded_at') }} as date) as month_date,
        count(*) as n_answers,
        cast(sum(case when responses.nps_group = 'promoter' then 1 else 0 end) as bigint) as n_promoters,
        cast(sum(case when responses.nps_group = 'detractor' then 1 else 0 end) as bigint) as n_detractors
    from responses
    inner join segments on responses.account_id = segments.account_id
    group by 1, 2, 3
),

ratios as (
    select
        *,
        cast(n_promoters as double) / n_answers as promoter_ratio,
        cast(n_detractors as double) / n_answers as detractor_ratio
    from counted
),

final as (
    select
        segment_attribute,
        segment_value,
        month_date,
        n_answers,
        n_promoters,
        n_detractors,
        100.0 * (promoter_ratio - detractor_ratio) as nps,
        -- variance of +1, 0, -1 with these shares
        100.0 * sqrt(
            (promoter_ratio + detractor_ratio - power(promoter_ratio - detractor_ratio, 2)) / n_answers
        ) as standard_error
    from ratios
)

select * from final

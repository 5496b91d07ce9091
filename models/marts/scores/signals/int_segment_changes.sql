-- Mean changes of metrics and scores from one Sunday to the next, of each segment next to the other accounts.
-- Grain: one row per scored_on, segment_attribute, segment_value and signal_id.

{{ config(materialized='incremental', partition_by='scored_on') }}
{% set of_all = 'over (partition by scored_on, signal_id)' %}

with limits as (
    select * from {{ ref('int_metric_control_limits') }}
    where scored_on between {{ first_day() }} and {{ last_day() }}
),

scores as (
    select * from {{ ref('fct_account_scores') }}
    where
        is_published and control_limit is not null and {{ day_of_week('scored_on') }} = 0
        and scored_on between {{ first_day() }} and {{ last_day() }}
),

groups as (
    select * from {{ ref('int_account_segments') }}
),

movements as (
    select
        account_id,
        scored_on,
        metric_id as signal_id,
        points_change as change,
        cast(null as double) as mrr
    from limits
    union all
    select
        account_id,
        scored_on,
        'score' as signal_id,
        cast(change_7d as double) as change,
        mrr
    from scores
),

sums as (
    select
        movements.scored_on,
        groups.segment_attribute,
        groups.segment_value,
        movements.signal_id,
        count(movements.change) as n_accounts,
        sum(movements.change) as change,
        sum(movements.mrr) as mrr
    from movements
    inner join groups
        on
            movements.account_id = groups.account_id
            and movements.scored_on >= groups.known_on
            and (groups.known_until is null or movements.scored_on < groups.known_until)
    group by movements.scored_on, groups.segment_attribute, groups.segment_value, movements.signal_id
),

compared as (
    select
        *,
        max(case when segment_attribute = 'all' then n_accounts end) {{ of_all }} - n_accounts as n_others,
        max(case when segment_attribute = 'all' then change end) {{ of_all }} - change as others_change,
        max(mrr) over (partition by scored_on, segment_attribute, segment_value) as watched_mrr
    from sums
),

final as (
    select
        scored_on,
        segment_attribute,
        segment_value,
        signal_id,
        n_accounts,
        watched_mrr as mrr,
        change / nullif(n_accounts, 0) as mean_change,
        others_change / nullif(n_others, 0) as mean_change_of_others
    from compared
)

select * from final

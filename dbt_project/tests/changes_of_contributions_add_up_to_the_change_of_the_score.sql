-- What the metrics moved is what the score moved, on every row, to the last decimal.
{{ config(meta={'dagster': {'ref': {'name': 'fct_score_change_drivers'}}}) }}

with drivers as (
    select
        account_id,
        scored_on,
        sum(change) as change
    from {{ ref('fct_score_change_drivers') }}
    group by account_id, scored_on
)

select
    changes.account_id,
    changes.scored_on,
    changes.change,
    drivers.change as change_of_metrics
from {{ ref('fct_score_changes') }} as changes
left join drivers on changes.account_id = drivers.account_id and changes.scored_on = drivers.scored_on
where changes.change <> coalesce(drivers.change, 0)

-- Totals of the mart equal those of the events that were rolled up: nothing is lost on the way.
{{ config(meta={'dagster': {'ref': {'name': 'fct_account_activity'}}}) }}

with rolled_up as (
    select sum(action_days.n) as n
    from {{ ref('int_action_days') }} as action_days
    inner join {{ ref('dim_accounts') }} as accounts on action_days.account_id = accounts.account_id
),

published as (
    select sum(n) as n from {{ ref('fct_account_activity') }}
)

select
    rolled_up.n as n_rolled_up,
    published.n as n_published
from rolled_up
cross join published
where rolled_up.n <> published.n

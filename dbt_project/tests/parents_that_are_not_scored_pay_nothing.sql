-- `families: children` leaves parents out, with what they pay: then parents or both are to be scored.
{{ config(meta={'dagster': {'ref': {'name': 'int_subscription_amounts'}}}) }}

select
    amounts.account_id,
    count(*) as n_subscriptions
from {{ ref('int_subscription_amounts') }} as amounts
inner join {{ ref('int_account_exclusions') }} as exclusions
    on
        amounts.account_id = exclusions.account_id
        and exclusions.reason = 'its children are scored'
        and exclusions.excluded_until is null
where amounts.status in ('active', 'past_due') and amounts.known_to is null and amounts.known_from <= {{ last_day() }}
group by amounts.account_id

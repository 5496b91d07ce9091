-- A join that loses accounts would lose them from every list of those under way.
{{ config(meta={'dagster': {'ref': {'name': 'fct_onboarding_journeys'}}}) }}

select
    spine.account_id,
    spine.scored_on
from {{ ref('int_account_spine') }} as spine
left join {{ ref('fct_onboarding_journeys') }} as journeys
    on spine.account_id = journeys.account_id and spine.scored_on = journeys.as_of
where journeys.account_id is null

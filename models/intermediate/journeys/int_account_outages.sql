-- Days of the last four weeks on which a source of events was out: what was not sent then is no silence of a customer.
-- Grain: one row per account_id and scored_on.

with outage_days as (
    select * from {{ ref('int_outage_days') }}
),

final as (
    select
        spine.account_id,
        spine.scored_on,
        count(*) as n_days,
        cast(sum(case when coalesce(outage_days.outage_date > feedback.last_use_on, true) then 1 else 0 end) as bigint)
            as n_days_since_use
    from {{ ref('int_account_spine') }} as spine
    inner join outage_days
        on
            outage_days.outage_date between {{ add_days('spine.scored_on', -27) }} and spine.scored_on
            and {{ days_between('outage_days.outage_date', 'spine.scored_on') }} <= spine.tenure_days
    left join {{ ref('int_journey_feedback') }} as feedback
        on spine.account_id = feedback.account_id and spine.scored_on = feedback.scored_on
    group by spine.account_id, spine.scored_on
)

select * from final

-- What becomes of accounts of a band within half a year: how many leave, and by how much the others grow.
-- Grain: one row per band.

-- Accounts as they were 26 Sundays before the last one, and as they are now; an assumption counts as so many accounts
-- more.
{% set sunday = add_days(last_day(), '-1 * ' ~ day_of_week(last_day())) %}

with accounts_then as (
    select * from {{ ref('int_sunday_scores') }}
    where is_published and scored_on = {{ add_days(sunday, -182) }}
),

accounts_now as (
    select * from {{ ref('int_subscription_states') }}
    where scored_on = {{ last_day() }}
),

assumptions as (
    select * from {{ ref('assumptions') }}
),

bands as (
    select distinct band from {{ ref('bands') }}
    union all
    select 'unknown' as band
),

compared as (
    select
        accounts_then.band,
        case when accounts_now.lifecycle = 'churned' then 1.0e0 else 0.0e0 end as has_left,
        case
            when
                accounts_now.lifecycle not in ('churned', 'completed')
                and accounts_then.mrr > 0 and accounts_now.mrr is not null
                then greatest(0.0e0, accounts_now.mrr / accounts_then.mrr - 1)
        end as growth
    from accounts_then
    inner join accounts_now on accounts_then.account_id = accounts_now.account_id
),

measured as (
    select
        band,
        count(*) as n_accounts,
        sum(has_left) as n_left,
        count(growth) as n_grown,
        coalesce(sum(growth), 0.0e0) as total_growth
    from compared
    group by band
),

final as (
    select
        bands.band,
        cast(coalesce(measured.n_accounts, 0) as bigint) as n_accounts,
        (losses.value * losses.worth_n + coalesce(measured.n_left, 0))
        / (losses.worth_n + coalesce(measured.n_accounts, 0)) as churn_ratio,
        (gains.value * gains.worth_n + coalesce(measured.total_growth, 0))
        / (gains.worth_n + coalesce(measured.n_grown, 0)) as expansion_ratio
    from bands
    left join measured on bands.band = measured.band
    left join assumptions as losses on losses.assumption_id = concat('churn_ratio_', bands.band)
    left join assumptions as gains on gains.assumption_id = concat('expansion_ratio_', bands.band)
)

select * from final

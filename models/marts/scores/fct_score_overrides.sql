-- Bands that people set by hand next to computed ones: in force or not, and how often they disagreed.
-- Grain: one row per override_id.

with overrides as (
    select
        *,
        cast(valid_from as date) as valid_from_date,
        cast(expires_at as date) as expires_date
    from {{ ref('stg_score_overrides') }}
    where
        known_on <= {{ last_day() }} and (known_until is null or known_until > {{ last_day() }})
        and deleted_at is null
),

sundays as (
    select * from {{ ref('fct_account_scores') }}
    where is_published and {{ day_of_week('scored_on') }} = 0 and scored_on <= {{ last_day() }}
),

compared as (
    select
        overrides.override_id,
        count(sundays.scored_on) as n_sundays,
        count(case when sundays.band <> overrides.band then 1 end) as n_sundays_in_disagreement,
        min_by(sundays.band, sundays.scored_on) as first_computed_band,
        max_by(sundays.band, sundays.scored_on) as last_computed_band,
        max_by(sundays.score, sundays.scored_on) as last_score
    from overrides
    inner join sundays
        on
            overrides.account_id = sundays.account_id
            and sundays.scored_on >= overrides.valid_from_date
            and sundays.scored_on < overrides.expires_date
    group by overrides.override_id
),

final as (
    select
        overrides.override_id,
        overrides.account_id,
        overrides.band,
        overrides.reason,
        overrides.author,
        overrides.valid_from,
        overrides.expires_at,
        case
            when overrides.expires_date <= {{ last_day() }} then 'expired'
            when overrides.valid_from_date > {{ last_day() }} then 'pending'
            else 'in_force'
        end as status,
        coalesce(compared.n_sundays, 0) as n_sundays,
        coalesce(compared.n_sundays_in_disagreement, 0) as n_sundays_in_disagreement,
        compared.first_computed_band,
        compared.last_computed_band,
        compared.last_score,
        compared.last_computed_band <> overrides.band as is_disagreeing
    from overrides
    left join compared on overrides.override_id = compared.override_id
)

select * from final

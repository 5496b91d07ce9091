-- What use and feedback together show of an account: the first diagnosis of which every rule holds.
-- Grain: one row per account_id and scored_on.

{% set use = ['has_used', 'days_since_use', 'active_days', 'tenure_days'] %}
{% set feedback = ['product_reports', 'process_reports', 'product_surplus', 'band_rank'] %}

with spine as (
    select * from {{ ref('int_account_spine') }}
),

feedback as (
    select * from {{ ref('int_journey_feedback') }}
),

outages as (
    select * from {{ ref('int_account_outages') }}
),

bands as (
    select
        account_bands.account_id,
        account_bands.scored_on,
        max(bands.band_rank) as band_rank
    from {{ ref('int_account_bands') }} as account_bands
    inner join {{ ref('int_account_score_days') }} as scores
        on {{ same_keys('account_bands', 'scores', ['account_id', 'scored_on', 'rubric_version']) }}
    inner join {{ ref('bands') }} as bands
        on account_bands.rubric_version = bands.rubric_version and account_bands.band = bands.band
    where scores.is_published
    group by account_bands.account_id, account_bands.scored_on
),

-- a diagnosis without rules always holds
rules as (
    select
        diagnoses.diagnosis,
        diagnoses.priority,
        rules.measure,
        rules.comparison,
        rules.value
    from {{ ref('diagnoses') }} as diagnoses
    left join {{ ref('diagnosis_rules') }} as rules on diagnoses.diagnosis = rules.diagnosis
),

measured as (
    select
        spine.account_id,
        spine.scored_on,
        spine.tenure_days,
        case
            when coalesce(feedback.has_used, false) then 1 when coalesce(outages.n_days, 0) <= spine.tenure_days then 0
        end as has_used,
        -- no use within four weeks; where a source was out, of these weeks only
        case
            when outages.n_days is null
                then coalesce({{ days_between('feedback.last_use_on', 'spine.scored_on') }}, 9999)
            else least(
                coalesce({{ days_between('feedback.last_use_on', 'spine.scored_on') }}, 28), 28, spine.tenure_days + 1
            ) - outages.n_days_since_use
        end as days_since_use,
        -- of four weeks, as on the days without an outage
        coalesce(feedback.n_active_days, 0) * 28.0 / nullif(28 - coalesce(outages.n_days, 0), 0) as active_days,
        coalesce(feedback.n_product_reports, 0) as product_reports,
        coalesce(feedback.n_process_reports, 0) as process_reports,
        coalesce(feedback.n_product_reports - feedback.n_process_reports, 0) as product_surplus,
        coalesce(bands.band_rank, 0) as band_rank
    from spine
    left join bands on spine.account_id = bands.account_id and spine.scored_on = bands.scored_on
    left join feedback on spine.account_id = feedback.account_id and spine.scored_on = feedback.scored_on
    left join outages on spine.account_id = outages.account_id and spine.scored_on = outages.scored_on
),

compared as (
    select
        measured.account_id,
        measured.scored_on,
        rules.diagnosis,
        rules.priority,
        rules.comparison,
        rules.value,
        case rules.measure
            {% for measure in use + feedback %}
            when '{{ measure }}' then measured.{{ measure }}
            {% endfor %}
        end as measured_value
    from measured
    cross join rules
),

holding as (
    select
        account_id,
        scored_on,
        diagnosis,
        priority
    from compared
    group by account_id, scored_on, diagnosis, priority
    having
        min(
            case
                when comparison is null then 1
                when comparison = 'at_least' and measured_value >= value then 1
                when comparison = 'below' and measured_value < value then 1
                else 0
            end
        ) = 1
),

final as (
    select
        account_id,
        scored_on,
        min_by(diagnosis, priority) as diagnosis
    from holding
    group by account_id, scored_on
)

select * from final

-- Recent use and recent complaints as known on each scored day: the input of the diagnosis.
-- Grain: one row per account_id and scored_on.

{% set recent_days = 28 %}
{% set so_far = 'over (partition by account_id order by scored_on)' %}

with spine as (
    select * from {{ ref('int_account_spine') }}
),

scoring_days as (
    select * from {{ ref('int_first_scored_days') }}
),

first_uses as (
    select * from {{ ref('int_first_uses') }}
),

-- use counts by active days
observations as (
    select
        account_id,
        event_date as reported_on,
        min(known_on) as known_on,
        cast(null as date) as known_until,
        1 as n_uses,
        0.0 as product,
        0.0 as process
    from {{ ref('int_action_days') }}
    where event_date > {{ add_days(first_day(), -1 * recent_days) }}
    group by account_id, event_date
    union all
    select
        account_id, reported_on, known_on, known_until,
        0 as n_uses, product, process
    from {{ ref('int_friction_reports') }}
),

placed as (
    select
        observations.*,
        entering.scored_on as enters_on,
        least(leaving.scored_on, replacing.scored_on) as leaves_on
    from observations
    inner join scoring_days as entering on greatest(observations.reported_on, observations.known_on) = entering.day_date
    left join scoring_days as leaving on {{ add_days('observations.reported_on', recent_days) }} = leaving.day_date
    left join scoring_days as replacing
        on
            observations.known_until is not null
            and greatest(observations.reported_on, observations.known_until) = replacing.day_date
    where
        coalesce(least(leaving.scored_on, replacing.scored_on) > entering.scored_on, true)
        -- an old report that was edited lately is no recent one
        and {{ add_days('observations.reported_on', recent_days) }} > entering.scored_on
),

changes as (
    select
        account_id,
        enters_on as scored_on,
        n_uses, product, process,
        case when n_uses > 0 then reported_on end as used_on
    from placed
    union all
    select
        account_id,
        leaves_on as scored_on,
        -1 * n_uses as n_uses,
        -1.0 * product as product,
        -1.0 * process as process,
        null as used_on
    from placed
    where leaves_on is not null
    union all
    select account_id, scored_on, 0 as n_uses, 0.0 as product, 0.0 as process, null as used_on
    from spine
),

changed as (
    select
        account_id,
        scored_on,
        sum(n_uses) as n_uses,
        sum(product) as product,
        sum(process) as process,
        max(used_on) as used_on
    from changes
    group by account_id, scored_on
),

running as (
    select
        account_id,
        scored_on,
        sum(n_uses) {{ so_far }} as n_active_days,
        floor(sum(product) {{ so_far }}) as n_product_reports,
        floor(sum(process) {{ so_far }}) as n_process_reports,
        max(used_on) {{ so_far }} as last_use_on
    from changed
),

final as (
    select
        spine.account_id,
        spine.scored_on,
        first_uses.account_id is not null as has_used,
        running.last_use_on,
        running.n_active_days,
        running.n_product_reports,
        running.n_process_reports
    from spine
    inner join running on spine.account_id = running.account_id and spine.scored_on = running.scored_on
    left join first_uses
        on spine.account_id = first_uses.account_id and spine.scored_on >= first_uses.first_known_on
)

select * from final

-- Which touches came before each expansion, and what share of it each of them gets, by five rules beside one another.
-- Grain: one row per account_id, expanded_on, touch_type and touched_on.

-- Shares of an expansion add up to 1 by each rule. One without any touch has one row, unattributed. None of the rules shows
-- a cause: they say what came before.
{% set of_expansion = 'partition by account_id, expanded_on' %}

with paths as (
    select * from {{ ref('int_touch_paths') }}
    where expanded_on is not null
),

effects as (
    select * from {{ ref('int_removal_effects') }}
),

weighed as (
    select
        paths.*,
        count(*) over ({{ of_expansion }}) as n_touches,
        paths.days_before / paths.half_life_days as half_lives,
        greatest(0.0e0, effects.removal_effect) / count(*) over ({{ of_expansion }}, paths.touch_type) as removal_weight
    from paths
    left join effects on paths.touch_type = effects.touch_type
),

-- beside the nearest touch: shares are the same, and no weight is too small for a number
decayed as (
    select
        *,
        power(2.0e0, min(half_lives) over ({{ of_expansion }}) - half_lives) as decay_weight
    from weighed
),

added_up as (
    select
        *,
        sum(decay_weight) over ({{ of_expansion }}) as decay_weights,
        sum(removal_weight) over ({{ of_expansion }}) as removal_weights
    from decayed
),

final as (
    select
        account_id,
        expanded_on,
        coalesce(touch_type, 'unattributed') as touch_type,
        -- an expansion that nothing came before stands on its own day
        coalesce(touched_on, expanded_on) as touched_on,
        touch_type is not null as is_attributed,
        mrr_change,
        {{ reporting_currency() }} as currency,
        n_touches,
        cast(position as integer) as position,
        days_before,
        case when position = 1 then 1.0e0 else 0.0e0 end as first_share,
        case when position = n_touches then 1.0e0 else 0.0e0 end as last_share,
        1.0e0 / n_touches as linear_share,
        coalesce(decay_weight / decay_weights, 1.0e0) as decay_share,
        case
            when removal_weights > 0.0e0 then removal_weight / removal_weights
            else 1.0e0 / n_touches
        end as removal_share
    from added_up
)

select * from final

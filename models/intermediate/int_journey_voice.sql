-- Recent use and recent complaints side by side, as known on each scored day: what a diagnosis is made of.
-- Grain: one row per account_id and scored_on.

{% set recent_days = 28 %}

with spine as (
    select * from {{ ref('int_account_spine') }}
),

use_days as (
    select distinct
        account_id,
        event_date,
        known_on
    from {{ ref('int_action_days') }}
),

first_uses as (
    select
        account_id,
        min(known_on) as first_known_on
    from use_days
    group by account_id
),

themes as (
    select * from {{ ref('ticket_themes') }}
),

tickets as (
    select
        ticket_id,
        account_id,
        theme,
        cast(created_at as date) as signalled_on,
        min(known_on) as known_on
    from {{ ref('stg_tickets') }}
    group by ticket_id, account_id, theme, cast(created_at as date)
),

-- a blocker counts as friction at once, other tickets from the second on; low answers name their side
signals as (
    select
        tickets.account_id,
        tickets.signalled_on,
        tickets.known_on,
        case
            when themes.cause = 'product' and themes.is_blocker then 1.0
            when themes.cause = 'product' then 0.5
            else 0.0
        end as product,
        case when themes.cause = 'process' then 0.5 else 0.0 end as process
    from tickets
    inner join themes on tickets.theme = themes.theme
    union all
    select
        account_id,
        cast(responded_at as date) as signalled_on,
        known_on,
        case when question = 'ease_of_integration' and score <= 2 then 1.0 else 0.0 end as product,
        case when question = 'support_quality' and score <= 2 then 1.0 else 0.0 end as process
    from {{ ref('stg_survey_responses') }}
),

use_sums as (
    select
        spine.account_id,
        spine.scored_on,
        max(use_days.event_date) as last_use_on,
        count(distinct use_days.event_date) as n_active_days
    from spine
    inner join use_days
        on
            spine.account_id = use_days.account_id
            and spine.scored_on >= use_days.event_date
            and spine.scored_on >= use_days.known_on
            and {{ days_between('use_days.event_date', 'spine.scored_on') }} < {{ recent_days }}
    group by spine.account_id, spine.scored_on
),

signal_sums as (
    select
        spine.account_id,
        spine.scored_on,
        floor(sum(signals.product)) as n_product_signals,
        floor(sum(signals.process)) as n_process_signals
    from spine
    inner join signals
        on
            spine.account_id = signals.account_id
            and spine.scored_on >= signals.signalled_on
            and spine.scored_on >= signals.known_on
            and {{ days_between('signals.signalled_on', 'spine.scored_on') }} < {{ recent_days }}
    group by spine.account_id, spine.scored_on
),

final as (
    select
        spine.account_id,
        spine.scored_on,
        first_uses.account_id is not null as has_used,
        use_sums.last_use_on,
        coalesce(use_sums.n_active_days, 0) as n_active_days,
        coalesce(signal_sums.n_product_signals, 0) as n_product_signals,
        coalesce(signal_sums.n_process_signals, 0) as n_process_signals
    from spine
    left join first_uses
        on spine.account_id = first_uses.account_id and spine.scored_on >= first_uses.first_known_on
    left join use_sums on spine.account_id = use_sums.account_id and spine.scored_on = use_sums.scored_on
    left join signal_sums on spine.account_id = signal_sums.account_id and spine.scored_on = signal_sums.scored_on
)

select * from final

-- What is found in the events of a day: an outage, a flood, names that are new, renamed, vanished or fell.
-- Grain: one row per source_id, event_name and known_on.

{% set of_name = 'partition by days.source_id, days.event_name' %}
{% set week = of_name ~ ' order by days.known_on rows between 6 preceding and current row' %}
{% set day = 'partition by days.source_id, days.known_on' %}
-- fewer would be chance: an expected ten does not come with a probability of 1 in 20,000
{% set fewest = 10 %}

with days as (
    select * from {{ ref('int_event_name_days') }}
    where known_on <= {{ last_day() }}
),

actions as (
    select
        event_name,
        min(action) as action
    from {{ ref('int_event_name_actions') }}
    group by event_name
),

sources as (
    select
        source_id,
        min(known_on) as first_on
    from days
    group by source_id
),

measured as (
    select
        days.*,
        actions.action,
        sources.first_on as source_first_on,
        sum(days.n_received) over ({{ week }}) as n_week,
        sum(days.n_usual) over ({{ week }}) as n_usual_week,
        sum(case when actions.action is not null then days.n_received else 0 end) over ({{ day }}) as n_mapped,
        -- of names that are not being learned
        sum(case when actions.action is not null and days.deviation is not null then days.n_usual end)
            over ({{ day }}) as n_mapped_usual,
        sum(case when days.event_name <> '(all)' and days.deviation is not null then days.n_usual end)
            over ({{ day }}) as n_named_usual,
        min(case when days.n_received > 0 then days.known_on end) over ({{ of_name }}) as first_sent_on,
        max(case when days.n_received > 0 then days.known_on end) over ({{ of_name }} order by days.known_on)
            as last_sent_on,
        -- the newest day's, which is named in its first ten letters
        substr(
            max(case when days.app_version is not null then concat(days.known_on, days.app_version) end) over (
                {{ of_name }} order by days.known_on rows between unbounded preceding and 1 preceding
            ),
            11
        ) as version_before
    from days
    inner join sources on days.source_id = sources.source_id
    left join actions on days.event_name = actions.event_name
),

final as (
    select
        source_id,
        event_name,
        known_on,
        action,
        n_received,
        n_usual,
        deviation,
        n_resent,
        n_late,
        n_unknown_account,
        n_before_sign_up,
        n_after_end,
        n_clock_errors,
        n_accounts,
        n_regular_accounts,
        n_silent_accounts,
        app_version,
        version_before,
        renamed_from,
        n_mapped,
        n_mapped_usual,
        last_sent_on,
        case
            when deviation < -5 and n_received < n_usual / 2 and event_name = '(all)' then 'outage'
            when
                event_name = '(all)' and n_received >= {{ fewest }} and n_named_usual >= {{ fewest }}
                and n_mapped * 2 * n_named_usual < n_received * n_mapped_usual
                then 'unmapped'
            when renamed_from is not null then 'renamed'
            when n_week = 0 and n_usual_week >= {{ fewest }} and deviation is not null and event_name <> '(all)'
                then 'vanished'
            when deviation < -5 and n_received < n_usual / 2 then 'gap'
            when deviation > 5 and n_received > n_usual * 2 then 'flood'
            when app_version <> version_before then 'new_version'
            when
                action is null and event_name <> '(all)' and n_received > 0
                and first_sent_on >= {{ add_days('source_first_on', 7) }}
                and known_on < {{ add_days('first_sent_on', 28) }}
                then 'unknown'
        end as finding
    from measured
)

select * from final

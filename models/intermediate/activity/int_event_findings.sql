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
        days.source_id,
        min(days.known_on) as first_on,
        min(pulls.expected_every_days) as expected_every_days
    from days
    left join (
        select source_id, max_by(expected_every_days, pull_id) as expected_every_days
        from {{ ref('stg_pulls') }}
        group by source_id
    ) as pulls on days.source_id = pulls.source_id
    group by days.source_id
),

measured as (
    select
        days.*,
        actions.action,
        sources.first_on as source_first_on,
        coalesce(sources.expected_every_days, 1) as expected_every_days,
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
        n_accounts_usual,
        n_regular_accounts,
        n_silent_accounts,
        app_version,
        version_before,
        renamed_from,
        n_mapped,
        n_mapped_usual,
        last_sent_on,
        case
            -- one large customer who leaves is no outage: half of the accounts are missing, too
            when
                event_name = '(all)' and deviation < -5 and n_received < n_usual / 2
                and n_accounts_usual >= 5 and n_accounts < n_accounts_usual / 2
                and (n_received > 0 or {{ days_between('last_sent_on', 'known_on') }} >= expected_every_days)
                then 'outage'
            -- nor is a new name beside the others, of which as many came as ever
            when
                event_name = '(all)' and n_received >= {{ fewest }} and n_named_usual >= {{ fewest }}
                and n_mapped * 2 * n_named_usual < n_received * n_mapped_usual
                and n_mapped < n_mapped_usual / 2
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

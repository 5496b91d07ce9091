-- Days in a row on which a source, or a name of event, brought far less or more than usual: no customer's doing.
-- Grain: one row per source_id, event_name, kind and first_date.

{% set of_kind = 'partition by source_id, event_name, kind order by known_on' %}

with findings as (
    select
        source_id,
        event_name,
        finding as kind,
        known_on,
        action,
        n_received,
        n_usual,
        n_mapped,
        n_mapped_usual,
        last_sent_on,
        renamed_from
    from {{ ref('int_event_findings') }}
    where finding in ('outage', 'unmapped', 'flood', 'gap', 'vanished', 'renamed')
),

renamed as (
    select
        source_id,
        event_name,
        renamed_from,
        min(known_on) as renamed_on
    from findings
    where kind = 'renamed'
    group by source_id, event_name, renamed_from
),

actions as (
    select
        source_id,
        event_name,
        max(action) as action
    from findings
    group by source_id, event_name
),

-- what is wrong with a whole source is not told of its names, nor that a name fell which was renamed, while it is still
-- expected; a rename is told on its first day
told_once as (
    select
        findings.*,
        actions.action as earlier_action
    from findings
    left join findings as of_source
        on
            findings.source_id = of_source.source_id
            and findings.known_on = of_source.known_on
            and of_source.event_name = '(all)'
    left join renamed as falls
        on
            findings.source_id = falls.source_id
            and findings.event_name = falls.renamed_from
            and findings.kind in ('gap', 'vanished')
            and findings.known_on between falls.renamed_on and {{ add_days('falls.renamed_on', 42) }}
    left join renamed
        on
            findings.source_id = renamed.source_id
            and findings.event_name = renamed.event_name
            and findings.renamed_from = renamed.renamed_from
    left join actions
        on findings.source_id = actions.source_id and findings.renamed_from = actions.event_name
    where
        findings.event_name = '(all)'
        or (findings.kind = 'renamed' and findings.known_on = renamed.renamed_on)
        or (findings.kind <> 'renamed' and of_source.source_id is null and falls.source_id is null)
),

followed as (
    select
        *,
        lag(known_on) over ({{ of_kind }}) as previous_on,
        lag(last_sent_on) over ({{ of_kind }}) as previous_sent_on
    from told_once
),

numbered as (
    select
        *,
        -- a day between two bad ones belongs to them; a name vanishes once until it is sent again
        sum(
            case
                when kind = 'vanished' and last_sent_on = previous_sent_on then 0
                when kind <> 'vanished' and {{ days_between('previous_on', 'known_on') }} <= 2 then 0
                else 1
            end
        ) over ({{ of_kind }}) as number
    from followed
),

final as (
    select
        source_id,
        event_name,
        kind,
        case when kind = 'vanished' then {{ add_days('min(last_sent_on)', 1) }} else min(known_on) end as first_date,
        max(known_on) as last_date,
        min(coalesce(action, earlier_action)) as action,
        min(renamed_from) as renamed_from,
        cast(sum(case when kind = 'unmapped' then n_mapped else n_received end) as bigint) as n_received,
        sum(case when kind = 'unmapped' then n_mapped_usual else n_usual end) as n_usual
    from numbered
    group by source_id, event_name, kind, number
)

select * from final

-- Data-quality issues of a scored day in the data that metrics depend on: they lower the confidence of its scores.
-- Grain: one row per scored_on, dataset and issue.

with scored_days as (
    select * from {{ ref('int_scored_days') }}
),

pulls as (
    select * from {{ ref('stg_pulls') }}
),

findings as (
    select * from {{ ref('int_check_findings_in_force') }}
),

-- milestones are found in events, a ratio in what it divides; everybody has an account, who pays a subscription
entities as (
    select distinct case when source = 'milestones' then 'events' else source end as entity
    from {{ ref('metrics') }}
    where source is not null
    union
    select 'accounts' as entity
    union
    select 'subscriptions' as entity
),

pulls_as_known as (
    select
        scored_days.scored_on,
        pulls.*,
        max(pulls.newest_date) over (partition by scored_days.scored_on, pulls.source_id) as newest_of_all,
        row_number() over (partition by scored_days.scored_on, pulls.source_id order by pulls.pull_id desc) as recency
    from pulls
    inner join entities on pulls.entity = entities.entity
    inner join scored_days on pulls.last_date <= scored_days.scored_on
),

-- by the latest pull of each source, and the newest day that any pull brought
sources_as_known as (
    select * from pulls_as_known
    where recency = 1
),

-- of the week, as the checks
outages as (
    select
        scored_days.scored_on,
        findings.source_id,
        count(*) as n_days
    from {{ ref('int_event_findings') }} as findings
    inner join scored_days
        on
            findings.known_on <= scored_days.scored_on
            and findings.known_on > {{ add_days('scored_days.scored_on', -7) }}
    inner join entities on entities.entity = 'events'
    where findings.finding in ('outage', 'unmapped')
    group by scored_days.scored_on, findings.source_id
),

final as (
    select
        scored_on,
        source_id as dataset,
        'outage' as issue,
        concat(source_id, ': hardly any events that count came on ', n_days, ' of seven days') as reason
    from outages
    union all
    select
        scored_on,
        source_id as dataset,
        'late' as issue,
        case
            when newest_of_all is null then concat(source_id, ' has brought nothing yet')
            else concat(source_id, ' ', {{ days_between('newest_of_all', 'scored_on') }}, ' days behind')
        end as reason
    from sources_as_known
    where
        {{ days_between('newest_of_all', 'scored_on') }} > expected_every_days
        or (newest_of_all is null and expected_every_days is not null)
    union all
    select
        scored_on,
        source_id as dataset,
        'rejects' as issue,
        concat(source_id, ': ', n_rejected, ' of ', n_rows - n_outside_window, ' rows rejected') as reason
    from sources_as_known
    where n_rejected > max_rejected_ratio * (n_rows - n_outside_window)
    union all
    select
        findings.scored_on,
        findings.dataset,
        findings.check_key as issue,
        concat(
            coalesce(nullif(findings.source_id, ''), findings.dataset), ': ', replace(findings.check_key, '_', ' '),
            case findings.status when 'failed' then ' failed on ' else ' could not be checked on ' end,
            findings.checked_date
        ) as reason
    from findings
    inner join entities on findings.dataset = entities.entity
)

select * from final

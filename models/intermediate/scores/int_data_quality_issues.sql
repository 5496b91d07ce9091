-- Data-quality issues of a scored day in the data that metrics depend on: they lower the confidence of its scores.
-- Grain: one row per scored_on, dataset and issue.

with scored_days as (
    select * from {{ ref('int_scored_days') }}
),

pulls as (
    select * from {{ ref('stg_pulls') }}
),

checks as (
    select * from {{ ref('stg_checks') }}
),

-- milestones are found in events, and a ratio in what it divides
entities as (
    select distinct case when source = 'milestones' then 'events' else source end as entity
    from {{ ref('metrics') }}
    where source is not null
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

checks_as_known as (
    select
        scored_days.scored_on,
        checks.dataset,
        checks.check_key,
        max_by(checks.status, checks.pull_id) as status,
        max(checks.last_date) as last_date
    from checks
    inner join entities on checks.dataset = entities.entity
    inner join scored_days on checks.last_date <= scored_days.scored_on
    group by scored_days.scored_on, checks.dataset, checks.check_key
),

-- what was not asked again on the newest day is no check any more
checks_of_the_day as (
    select *
    from (
        select
            *,
            max(last_date) over (partition by scored_on, dataset) as newest_date
        from checks_as_known
    ) as dated
    where last_date = newest_date
),

final as (
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
        concat(source_id, ': ', n_rejected, ' of ', n_rows, ' rows rejected') as reason
    from sources_as_known
    where n_rejected > max_rejected_ratio * n_rows
    union all
    select
        scored_on,
        dataset,
        check_key as issue,
        concat(dataset, ': ', check_key, case status when 'failed' then ' failed' else ' could not be checked' end)
            as reason
    from checks_of_the_day
    where status <> 'passed'
)

select * from final

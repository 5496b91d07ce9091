-- Findings of checks that count on a scored day: of the seven days up to it, judged by then, not acknowledged.
-- Grain: one row per scored_on, dataset and check_key.

with scored_days as (
    select * from {{ ref('int_scored_days') }}
),

checks as (
    select * from {{ ref('stg_checks') }}
),

findings as (
    select * from {{ ref('stg_check_findings') }}
    where severity in ('critical', 'warning')
),

acknowledgements as (
    select * from {{ ref('quality_acknowledgements') }}
),

-- a day that was judged again says what it says now
judged_again as (
    select
        scored_days.scored_on,
        findings.dataset,
        findings.check_key,
        findings.pull_id,
        findings.checked_date,
        max(checks.pull_id) as newest_pull_id
    from findings
    inner join scored_days on findings.last_date <= scored_days.scored_on
    inner join checks
        on
            findings.dataset = checks.dataset
            and findings.check_key = checks.check_key
            and checks.last_date <= scored_days.scored_on
            and findings.checked_date between checks.first_date and checks.last_date
    where findings.checked_date > {{ add_days('scored_days.scored_on', -7) }}
    group by
        scored_days.scored_on, findings.dataset, findings.check_key, findings.pull_id, findings.checked_date
),

-- what was not asked again on the newest day is no check any more
newest_checks as (
    select
        scored_days.scored_on,
        checks.dataset,
        checks.check_key,
        max(checks.last_date) as last_date,
        max(max(checks.last_date)) over (partition by scored_days.scored_on, checks.dataset) as newest_date
    from checks
    inner join scored_days on checks.last_date <= scored_days.scored_on
    where checks.border = 'landing'
    group by scored_days.scored_on, checks.dataset, checks.check_key
),

final as (
    select
        judged_again.scored_on,
        findings.dataset,
        findings.check_key,
        max(findings.checked_date) as checked_date,
        max(findings.status) as status,
        max_by(findings.source_id, concat(findings.checked_date, findings.source_id)) as source_id
    from judged_again
    inner join findings
        on
            judged_again.dataset = findings.dataset
            and judged_again.check_key = findings.check_key
            and judged_again.pull_id = findings.pull_id
            and judged_again.checked_date = findings.checked_date
    inner join newest_checks
        on
            judged_again.scored_on = newest_checks.scored_on
            and judged_again.dataset = newest_checks.dataset
            and judged_again.check_key = newest_checks.check_key
            and newest_checks.last_date = newest_checks.newest_date
    left join acknowledgements
        on
            findings.dataset = acknowledgements.dataset
            and findings.check_key = acknowledgements.check_key
            and judged_again.scored_on between acknowledgements.acknowledged_on and acknowledgements.expires_on
    where judged_again.pull_id = judged_again.newest_pull_id and acknowledgements.check_key is null
    group by judged_again.scored_on, findings.dataset, findings.check_key
)

select * from final

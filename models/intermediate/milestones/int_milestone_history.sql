-- Attainments with their prerequisites: attained when the last of them was; a restatement closes the row before it.
-- Grain: one row per account_id, milestone_id, version and known_from.

with attainments as (
    select * from {{ ref('int_milestone_attainments') }}
),

prerequisites as (
    select * from {{ ref('int_milestone_prerequisites') }}
),

required as (
    select
        milestone_id,
        version,
        alternative,
        count(*) as n_required
    from prerequisites
    group by milestone_id, version, alternative
),

spans as (
    select
        account_id,
        milestone_id,
        version,
        attained_at,
        known_from,
        lead(known_from) over (partition by account_id, milestone_id, version order by known_from) as known_to
    from attainments
),

-- every day on which something that the milestone needs became known differently
knots as (
    select distinct
        spans.account_id,
        prerequisites.milestone_id,
        prerequisites.version,
        spans.known_from
    from spans
    inner join prerequisites
        on
            spans.milestone_id = prerequisites.required_milestone_id
            and spans.version = prerequisites.version
),

as_known as (
    select
        knots.account_id,
        knots.milestone_id,
        knots.version,
        prerequisites.alternative,
        knots.known_from,
        max(spans.attained_at) as attained_at,
        count(*) as n_attained
    from knots
    inner join prerequisites
        on knots.milestone_id = prerequisites.milestone_id and knots.version = prerequisites.version
    inner join spans
        on
            knots.account_id = spans.account_id
            and knots.version = spans.version
            and prerequisites.required_milestone_id = spans.milestone_id
            and knots.known_from >= spans.known_from
            and (spans.known_to is null or knots.known_from < spans.known_to)
    group by knots.account_id, knots.milestone_id, knots.version, prerequisites.alternative, knots.known_from
),

complete as (
    select
        as_known.account_id,
        as_known.milestone_id,
        as_known.version,
        as_known.known_from,
        min(as_known.attained_at) as attained_at
    from as_known
    inner join required
        on
            as_known.milestone_id = required.milestone_id
            and as_known.version = required.version
            and as_known.alternative = required.alternative
            and as_known.n_attained = required.n_required
    group by as_known.account_id, as_known.milestone_id, as_known.version, as_known.known_from
),

changed as (
    select
        *,
        lag(attained_at) over (partition by account_id, milestone_id, version order by known_from) as attained_at_before
    from complete
),

final as (
    select
        changed.account_id,
        changed.milestone_id,
        changed.version,
        changed.attained_at,
        cast(changed.attained_at as date) as attained_date,
        changed.known_from,
        lead(changed.known_from) over (
            partition by changed.account_id, changed.milestone_id, changed.version order by changed.known_from
        ) as known_to
    from changed
    where changed.attained_at_before is null or changed.attained_at <> changed.attained_at_before
)

select * from final

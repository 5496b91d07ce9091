-- Every milestone version that applies to an account, with the target of the segment it started in.
-- Grain: one row per account_id, milestone_id, version and known_from.

-- A segment's own target counts before the total's, also where it is empty: no target at all.
{% set target = 'case when own.milestone_id is null then total.target_days else own.target_days end' %}

with accounts as (
    select
        *,
        min(known_from) over (partition by account_id) as known_on
    from {{ ref('int_account_start_versions') }}
),

milestones as (
    select * from {{ ref('milestones') }}
    where is_step
),

targets as (
    select * from {{ ref('milestone_targets') }}
),

first_segments as (
    select
        account_segments.account_id,
        account_segments.segment_attribute,
        account_segments.segment_value,
        row_number() over (partition by account_segments.account_id order by account_segments.known_on) as position
    from {{ ref('int_account_segments') }} as account_segments
    inner join {{ ref('segments') }} as definitions
        on account_segments.segment_attribute = definitions.segment_attribute
    inner join (select distinct account_id, known_on from accounts) as accounts
        on
            account_segments.account_id = accounts.account_id
            and account_segments.known_on <= accounts.known_on
    where definitions.is_benchmark
),

final as (
    select
        accounts.account_id,
        milestones.milestone_id,
        milestones.version,
        milestones.version = max(milestones.version) over (
            partition by accounts.account_id, milestones.milestone_id, accounts.known_from
        ) as is_latest,
        milestones.sequence,
        milestones.kind,
        milestones.is_optional,
        accounts.started_at,
        accounts.started_date,
        accounts.known_on,
        accounts.known_from,
        accounts.known_to,
        coalesce(first_segments.segment_attribute, 'all') as segment_attribute,
        coalesce(first_segments.segment_value, 'all') as segment_value,
        {{ target }} as target_days,
        coalesce(own.expected_ratio, total.expected_ratio) as expected_ratio
    from accounts
    inner join milestones
        on
            accounts.started_date >= milestones.valid_from
            and (milestones.valid_to is null or accounts.started_date <= milestones.valid_to)
    left join first_segments on accounts.account_id = first_segments.account_id and first_segments.position = 1
    left join targets as own
        on
            milestones.milestone_id = own.milestone_id
            and milestones.version = own.version
            and first_segments.segment_attribute = own.segment_attribute
            and first_segments.segment_value = own.segment_value
    left join targets as total
        on
            milestones.milestone_id = total.milestone_id
            and milestones.version = total.version
            and total.segment_attribute = 'all'
            and total.segment_value = 'all'
)

select * from final

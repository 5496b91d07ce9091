-- Every milestone version that applies to an account, with the target of the segment it started in.
-- Grain: one row per account_id, milestone_id and version.

with accounts as (
    select * from {{ ref('int_account_starts') }}
),

milestones as (
    select * from {{ ref('milestones') }}
    where is_step
),

targets as (
    select * from {{ ref('int_milestone_targets') }}
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
    inner join accounts
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
            partition by accounts.account_id, milestones.milestone_id
        ) as is_latest,
        milestones.sequence,
        milestones.kind,
        accounts.started_at,
        accounts.started_date,
        accounts.known_on,
        targets.segment_attribute,
        targets.segment_value,
        targets.target_days,
        targets.expected_ratio,
        {{ add_days('accounts.started_date', 'targets.target_days') }} as target_date
    from accounts
    inner join milestones
        on
            accounts.started_date >= milestones.valid_from
            and (milestones.valid_to is null or accounts.started_date <= milestones.valid_to)
    left join first_segments on accounts.account_id = first_segments.account_id and first_segments.position = 1
    inner join targets
        on
            milestones.milestone_id = targets.milestone_id
            and milestones.version = targets.version
            and coalesce(first_segments.segment_attribute, 'all') = targets.segment_attribute
            and coalesce(first_segments.segment_value, 'all') = targets.segment_value
)

select * from final

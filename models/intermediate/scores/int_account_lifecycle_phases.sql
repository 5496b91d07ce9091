-- Lifecycle phases whose weights apply to an account on a day, and their shares while one blends into the next.
-- Grain: one row per account_id, scored_on, rubric_version and lifecycle_phase.

with spine as (
    select
        *,
        {{ add_days('scored_on', -7) }} as week_before
    from {{ ref('int_account_spine') }}
),

-- drafts are written, not computed; retired versions are, for the days on which they were active
versions as (
    select * from {{ ref('rubric_versions') }}
    where status <> 'draft'
),

lifecycle_phases as (
    select * from {{ ref('lifecycle_phases') }}
),

completed as (
    select
        account_id,
        scored_on,
    {% for before in ['', '_before'] %}
    case when count(*) = count(attained_date{{ before }}) then max(attained_date{{ before }}) end
        as completed_date{{ before }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('int_milestone_states') }}
    group by account_id, scored_on
),

-- a rule of a version for the account's own segment goes before its rule for all
chosen as (
    select
        spine.account_id,
        spine.scored_on,
        spine.week_before,
        versions.rubric_version,
        spine.scored_on >= versions.effective_from
        and (versions.effective_to is null or spine.scored_on <= versions.effective_to) as is_scored,
        lifecycle_phases.lifecycle_phase,
        lifecycle_phases.blend_days,
        {{ add_days('spine.started_date', 'lifecycle_phases.from_tenure_days') }} as latest_begin,
        case when lifecycle_phases.or_when_complete then completed.completed_date end as completed_date,
        case when lifecycle_phases.or_when_complete then completed.completed_date_before end as completed_date_before,
        rank() over (
            partition by spine.account_id, spine.scored_on, versions.rubric_version
            order by case when lifecycle_phases.segment_attribute = 'all' then 1 else 0 end
        ) as preference
    from spine
    inner join versions
        on
            spine.scored_on >= versions.effective_from
            and (versions.effective_to is null or spine.week_before <= versions.effective_to)
    inner join lifecycle_phases
        on
            versions.rubric_version = lifecycle_phases.rubric_version
            and lifecycle_phases.segment_attribute in ('all', spine.segment_attribute)
            and lifecycle_phases.segment_value in ('all', spine.segment_value)
    left join completed on spine.account_id = completed.account_id and spine.scored_on = completed.scored_on
),

begun as (
    select
        *,
        least(latest_begin, coalesce(completed_date, latest_begin)) as begins_on,
        least(latest_begin, coalesce(completed_date_before, latest_begin)) as begins_on_before
    from chosen
    where preference = 1
),

-- how far each phase has begun: 0 before, 1 when it has taken over
progress as (
    select
        *,
    {% for then, day in [('', 'scored_on'), ('_before', 'week_before')] %}
    case
        when {{ day }} < begins_on{{ then }} then 0.0e0
        when blend_days = 0 then 1.0e0
        else least(1.0e0, {{ days_between('begins_on' ~ then, day) }} / cast(blend_days as double))
    end as progress{{ then }}{{ ',' if not loop.last }}
    {% endfor %}
    from begun
),

-- a phase has what no later one has taken over: the last may begin before one between, when all is complete
final as (
    select
        account_id,
        scored_on,
        rubric_version,
        lifecycle_phase,
        is_scored,
    {% for then in ['', '_before'] %}
    greatest(0.0e0, progress{{ then }} - coalesce(max(progress{{ then }}) over (
        partition by account_id, scored_on, rubric_version order by latest_begin
        rows between 1 following and unbounded following
        ), 0.0e0)) as share{{ then }}{{ ',' if not loop.last }}
    {% endfor %}
    from progress
)

select * from final

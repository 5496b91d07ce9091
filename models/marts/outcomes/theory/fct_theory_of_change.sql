-- What the company believes leads to what, beside what was measured of it, and links it does not know of yet.
-- Grain: one row per from_kind, from_id, to_kind, to_id, segment_attribute and segment_value.

-- A milestone is measured where it is the first value, which is an outcome. Confirmed links of no row are proposed.
{% set edge = ['from_kind', 'from_id', 'to_kind', 'to_id', 'segment_attribute', 'segment_value'] %}

with claims as (
    select * from {{ ref('theory_of_change') }}
),

milestones as (
    select
        milestone_id,
        max(kind) as kind
    from {{ ref('milestones') }}
    group by milestone_id
),

measured as (
    select * from {{ ref('int_measured_links') }}
),

aimed as (
    select
        claims.*,
        case
            when claims.to_kind = 'outcome' then claims.to_id when milestones.kind = 'first_value' then 'first_value'
        end as outcome
    from claims
    left join milestones on claims.to_kind = 'milestone' and claims.to_id = milestones.milestone_id
),

proposed as (
    select measured.*
    from measured
    left join aimed
        on
            {{ same_keys('measured', 'aimed', ['from_kind', 'from_id', 'segment_attribute', 'segment_value']) }}
            and measured.outcome = aimed.outcome
    where measured.evidence_class = 'confirmed' and aimed.from_id is null
),

edges as (
    select
        {% for key in edge %}
        aimed.{{ key }},
        {% endfor %}
        aimed.outcome,
        aimed.story,
        aimed.owner,
        aimed.believed_since,
        measured.level,
        measured.window_days,
        measured.landmark_day,
        measured.horizon_days,
        measured.effect_kind,
        measured.effect,
        measured.effect_low,
        measured.effect_high,
        coalesce(measured.evidence_class, 'none') as evidence_class,
        measured.direction,
        measured.reading
    from aimed
    left join measured
        on
            {{ same_keys('aimed', 'measured', ['from_kind', 'from_id', 'segment_attribute', 'segment_value']) }}
            and aimed.outcome = measured.outcome
    union all
    select
        from_kind, from_id, 'outcome' as to_kind, outcome as to_id, segment_attribute, segment_value, outcome,
        cast(null as {{ dbt.type_string() }}) as story, cast(null as {{ dbt.type_string() }}) as owner,
        cast(null as date) as believed_since, level, window_days, landmark_day, horizon_days, effect_kind,
        effect, effect_low, effect_high, evidence_class, direction, reading
    from proposed
),

final as (
    select
        {{ edge | join(', ') }},
        story,
        owner,
        believed_since,
        level,
        window_days,
        landmark_day,
        horizon_days,
        effect_kind,
        effect,
        effect_low,
        effect_high,
        evidence_class,
        case
            when story is null then 'proposed'
            when reading is null then 'not_measured'
            when reading in ('too_few', 'insufficient') then 'too_few'
            when evidence_class = 'correlational' then 'found_once'
            when evidence_class = 'none' then 'no_support'
            when (direction = 'less') = (outcome in ('churn', 'high_support_cost')) then 'supported'
            else 'contradicted'
        end as support
    from edges
)

select * from final

-- How often one kind of touch is followed by another, by an expansion, or by none.
-- Grain: one row per from_state, to_state and ends_in.

-- Repeated touches of one kind are one step. State 1 is the start; 0 the end.
with touches as (
    select
        *,
        lag(touch_type) over (partition by account_id, path_number order by position) as type_before
    from {{ ref('int_touch_paths') }}
),

-- repeated touches of one kind are one step
steps as (
    select
        *,
        lag(touch_type) over (partition by account_id, path_number order by position) as from_type,
        lead(position) over (partition by account_id, path_number order by position) is null as is_last
    from touches
    where type_before is null or touch_type <> type_before
),

types as (
    select
        touch_type,
        row_number() over (order by touch_type) + 1 as state
    from steps
    where touch_type is not null
    group by touch_type
),

moves as (
    select from_type, touch_type as to_type, 'a touch' as ends_in, count(*) as n
    from steps
    where touch_type is not null
    group by from_type, touch_type
    union all
    select
        touch_type as from_type,
        cast(null as {{ dbt.type_string() }}) as to_type,
        case when expanded_on is not null then 'an expansion' else 'none' end as ends_in,
        count(*) as n
    from steps
    where is_last
    group by touch_type, case when expanded_on is not null then 'an expansion' else 'none' end
),

final as (
    select
        coalesce(origin.state, 1) as from_state,
        max(origin.touch_type) as from_type,
        coalesce(target.state, 0) as to_state,
        moves.ends_in,
        cast(sum(moves.n) as bigint) as n,
        1.0e0 * sum(moves.n) / sum(sum(moves.n)) over (partition by coalesce(origin.state, 1)) as probability
    from moves
    left join types as origin on moves.from_type = origin.touch_type
    left join types as target on moves.to_type = target.touch_type
    group by coalesce(origin.state, 1), coalesce(target.state, 0), moves.ends_in
)

select * from final

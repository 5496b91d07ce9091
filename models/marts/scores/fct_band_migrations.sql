-- Moves of accounts between bands from one Sunday to the next, by segment, with their revenue.
-- Grain: one row per scored_on, segment_attribute, segment_value, from_band and to_band.

{{ config(materialized='incremental', partition_by='scored_on') }}

with scores as (
    select
        account_id,
        scored_on,
        band,
        mrr
    from {{ ref('fct_account_scores') }}
    where is_published and {{ day_of_week('scored_on') }} = 0
),

groups as (
    select * from {{ ref('int_account_segments') }}
),

-- who came is new; who is not scored any more has left
moves as (
    select
        after.account_id,
        after.scored_on,
        coalesce(before.band, 'new') as from_band,
        after.band as to_band,
        after.mrr
    from scores as after
    left join scores as before
        on
            after.account_id = before.account_id
            and {{ add_days('after.scored_on', -7) }} = before.scored_on
    where after.scored_on between {{ first_day() }} and {{ last_day() }}
    union all
    select
        before.account_id,
        {{ add_days('before.scored_on', 7) }} as scored_on,
        before.band as from_band,
        'left' as to_band,
        before.mrr
    from scores as before
    left join scores as after
        on
            before.account_id = after.account_id
            and {{ add_days('before.scored_on', 7) }} = after.scored_on
    where
        after.account_id is null
        and {{ add_days('before.scored_on', 7) }} between {{ first_day() }} and {{ last_day() }}
),

final as (
    select
        moves.scored_on,
        groups.segment_attribute,
        groups.segment_value,
        moves.from_band,
        moves.to_band,
        count(*) as n_accounts,
        sum(moves.mrr) as mrr,
        cast(sum(case when moves.mrr is null then 1 else 0 end) as bigint) as n_mrr_unknown,
        {{ reporting_currency() }} as currency
    from moves
    inner join groups
        on
            moves.account_id = groups.account_id
            and moves.scored_on >= groups.known_on
            and (groups.known_until is null or moves.scored_on < groups.known_until)
    group by moves.scored_on, groups.segment_attribute, groups.segment_value, moves.from_band, moves.to_band
)

select * from final

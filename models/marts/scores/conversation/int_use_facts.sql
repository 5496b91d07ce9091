-- What use says that a conversation should begin with: an account gone quiet, its champion alone, or a champion gone.
-- Grain: one row per account_id and kind.

{% set quiet_days = 14 %}

with accounts as (
    select * from {{ ref('dim_accounts') }}
),

account_uses as (
    select
        account_id,
        max(activity_date) as last_used_on
    from {{ ref('fct_account_activity') }}
    where activity_date <= {{ last_day() }}
    group by account_id
),

used as (
    select
        accounts.account_id,
        account_uses.last_used_on,
        coalesce(account_uses.last_used_on, cast(accounts.started_at as date)) as quiet_since,
        coalesce(account_uses.last_used_on, cast(accounts.started_at as date))
        <= {{ add_days(last_day(), -quiet_days) }} as is_quiet
    from accounts
    left join account_uses on accounts.account_id = account_uses.account_id
),

people as (
    select * from {{ ref('int_person_spells') }}
    where known_from <= {{ last_day() }} and (known_to is null or known_to > {{ last_day() }})
),

-- somebody known by two ids is one champion: the id under which use counts
champions as (
    select
        users.account_id,
        coalesce(people.person_id, users.user_id) as user_id,
        max(cast(users.created_at as date)) as joined_on,
        max(cast(users.deleted_at as date)) as left_on,
        count(*) > count(case when cast(users.deleted_at as date) <= {{ last_day() }} then 1 end) as is_there
    from {{ ref('stg_users') }} as users
    left join people on users.user_id = people.user_id
    where users.is_current and users.is_champion and users.known_on <= {{ last_day() }}
    group by users.account_id, coalesce(people.person_id, users.user_id)
),

champion_uses as (
    select
        champions.account_id,
        champions.user_id,
        champions.joined_on,
        champions.left_on,
        champions.is_there,
        max(action_days.event_date) as last_used_on
    from champions
    left join {{ ref('int_action_days') }} as action_days
        on
            champions.account_id = action_days.account_id
            and champions.user_id = action_days.user_id
            and action_days.event_date <= {{ last_day() }}
    group by
        champions.account_id, champions.user_id, champions.joined_on, champions.left_on, champions.is_there
),

-- of several champions the one who was there last speaks for all
ranked as (
    select
        *,
        coalesce(last_used_on, joined_on) as quiet_since,
        row_number() over (
            partition by account_id
            order by
                is_there desc,
                case when is_there then coalesce(last_used_on, joined_on) else left_on end desc nulls last,
                user_id asc
        ) as place
    from champion_uses
),

final as (
    select
        account_id, 'silence' as kind,
        case when last_used_on is null then 'It was never used since' else 'Nobody has used it since' end as statement,
        quiet_since as happened_on, 'core.fct_account_activity' as source_mart, account_id as source_id
    from used
    where is_quiet
    union all
    select
        account_id, 'champion' as kind, 'The champion has left' as statement, left_on as happened_on,
        'staging.stg_users' as source_mart, user_id as source_id
    from ranked
    where place = 1 and not is_there
    union all
    select
        ranked.account_id, 'champion' as kind,
        case
            when ranked.last_used_on is null then 'Others use it, the champion never has since'
            else 'Others use it, the champion has not since'
        end as statement,
        ranked.quiet_since as happened_on, 'staging.stg_users' as source_mart, ranked.user_id as source_id
    from ranked
    inner join used on ranked.account_id = used.account_id and not used.is_quiet
    where ranked.place = 1 and ranked.is_there and ranked.quiet_since <= {{ add_days(last_day(), -quiet_days) }}
)

select * from final

-- Person who does the work of a role for an account: its CSM, or for another role a person drawn at random.
-- Grain: one row per account_id and role.

with accounts as (
    select * from {{ ref('int_account_follow_up') }}
),

owners as (
    select * from {{ ref('int_account_owners') }}
    where known_on <= {{ last_day() }} and (known_until is null or known_until > {{ last_day() }})
),

people as (
    select
        csm_id,
        role,
        row_number() over (partition by role order by csm_id) - 1 as place,
        count(*) over (partition by role) as n_people
    from {{ ref('csms') }}
    where role <> 'csm'
),

final as (
    select
        account_id,
        'csm' as role,
        csm_id as owner_id
    from owners
    where csm_id is not null
    union all
    select
        accounts.account_id,
        people.role,
        people.csm_id as owner_id
    from accounts
    inner join people on people.place = floor({{ hash_ratio('accounts.account_id') }} * people.n_people)
)

select * from final

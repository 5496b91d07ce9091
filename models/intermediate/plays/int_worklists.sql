-- Open tasks of the last day in the order in which they should be done, cut where the week of an owner is full.
-- Grain: one row per task_id.

-- Blockers first, then what brings most per hour: value at stake times the probability to remove the cause. At stake is
-- the revenue that accounts of the band lose within half a year, or of a play that is to expand it what they win. Hours
-- that went into tasks done since Monday are spent. Revenue that is unknown counts as the mean of what is known, and as
-- one and the same for all accounts where none is.

with tasks as (
    select * from {{ ref('int_task_states') }}
),

plays as (
    select * from {{ ref('plays') }}
),

probabilities as (
    select * from {{ ref('int_play_success_probabilities') }}
),

weeks as (
    select * from {{ ref('int_owner_capacities') }}
),

scores as (
    select * from {{ ref('int_account_score_days') }}
    where is_published and scored_on = {{ last_day() }}
),

bands as (
    select * from {{ ref('int_account_bands') }}
    where scored_on = {{ last_day() }}
),

outlooks as (
    select * from {{ ref('int_band_outlooks') }}
),

-- what nobody took up is asked for on days that call for it
called_for as (
    select account_id, play_id, reason
    from {{ ref('int_play_trigger_days') }}
    where scored_on = {{ last_day() }}
),

usual as (
    select coalesce(avg(mrr), 1.0) as mrr from scores
),

valued as (
    select
        tasks.*,
        coalesce(called_for.reason, tasks.reason) as called_for_by,
        situations.situation,
        plays.aim,
        plays.effort_hours as hours_of_play,
        scores.mrr,
        usual.mrr as usual_mrr,
        case when plays.aim = 'expand' then outlooks.expansion_ratio else outlooks.churn_ratio end as stake_ratio,
        probabilities.success_probability,
        plays.priority = 1 as is_blocker,
        weeks.hours_left
    from tasks
    inner join scores on tasks.account_id = scores.account_id
    inner join bands on {{ same_keys('scores', 'bands', ['account_id', 'rubric_version']) }}
    left join outlooks on bands.band = outlooks.band
    inner join plays on tasks.play_id = plays.play_id
    inner join probabilities on tasks.play_id = probabilities.play_id
    cross join usual
    left join weeks on tasks.owner_id = weeks.owner_id
    left join called_for on {{ same_keys('tasks', 'called_for', ['account_id', 'play_id']) }}
    left join {{ ref('int_account_situations') }} as situations on tasks.account_id = situations.account_id
    where tasks.is_open and (tasks.is_taken_up or called_for.account_id is not null)
),

priced as (
    select
        *,
        mrr * stake_ratio as value_at_stake,
        coalesce(mrr, usual_mrr) * stake_ratio * success_probability / hours_of_play as priority_value
    from valued
),

ranked as (
    select
        *,
        row_number() over (
            partition by owner_id order by is_blocker desc, priority_value desc, account_id asc, task_id asc
        ) as rank_in_worklist
    from priced
),

filled as (
    select
        *,
        sum(effort_hours) over (
            partition by owner_id order by rank_in_worklist rows between unbounded preceding and current row
        ) as cumulative_hours
    from ranked
),

final as (
    select
        *,
        case
            when not is_assigned then 'nobody is assigned'
            when round(cumulative_hours, 6) > hours_left then 'the week is full'
        end as cut_reason
    from filled
)

select * from final

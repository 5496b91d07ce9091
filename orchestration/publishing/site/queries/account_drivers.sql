-- Which metrics moved scores in the last week and in the last four, by account.
with recent as (
    select
        drivers.*,
        max(drivers.scored_on) over (partition by drivers.account_id) as last_sunday,
        min(drivers.scored_on) filter (drivers.scored_on > today.scored_on - 28) over (
            partition by drivers.account_id
        ) as first_sunday
    from scores.fct_score_change_drivers as drivers
    inner join scores.account_scores_current as today on drivers.account_id = today.account_id
    where drivers.scored_on > today.scored_on - 35
)

select
    account_id, metric_id, last_sunday,
    coalesce(sum(change) filter (scored_on = last_sunday), 0) as change,
    coalesce(sum(change) filter (scored_on > last_sunday - 28), 0) as change_28d,
    max(raw_value_before) filter (scored_on = first_sunday) as raw_value_before,
    max(raw_value_after) filter (scored_on = last_sunday) as raw_value_after,
    arg_max(cause, abs(change)) filter (scored_on > last_sunday - 28) as cause
from recent
group by account_id, metric_id, last_sunday
having coalesce(sum(abs(change)), 0) >= 0.05
order by account_id, abs(coalesce(sum(change) filter (scored_on > last_sunday - 28), 0)) desc, metric_id

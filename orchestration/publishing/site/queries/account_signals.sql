-- Metrics that moved beyond noise on the last eight Sundays.
select limits.*
from scores.fct_signal_limits as limits
inner join scores.account_scores_current as today
    on limits.account_id = today.account_id and limits.rubric_version = today.rubric_version
where limits.signal <> 'none' and limits.scored_on > today.scored_on - 56
order by limits.account_id, limits.scored_on desc, abs(limits.points_change) desc, limits.metric_id

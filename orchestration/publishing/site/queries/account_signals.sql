-- Metrics that moved beyond noise on the last eight Sundays.
select signals.*
from scores.fct_signals as signals
inner join scores.account_scores_current as today
    on signals.account_id = today.account_id and signals.rubric_version = today.rubric_version
where signals.crossed in ('rise', 'fall') and signals.scored_on > today.scored_on - 56
order by signals.account_id, signals.scored_on desc, abs(signals.points_change) desc, signals.metric_id

-- What moved scores on the last eight Sundays.
select changes.*
from scores.fct_score_changes as changes
inner join scores.account_scores_current as today
    on changes.account_id = today.account_id and changes.rubric_version = today.rubric_version
where changes.scored_on > today.scored_on - 56
order by changes.account_id, changes.scored_on desc

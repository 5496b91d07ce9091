-- A year of Sundays, and today, of every scored account.
select
    scores.account_id, scores.scored_on, scores.score, scores.score_low, scores.score_high, scores.band,
    scores.significant_change, scores.control_limit,
    -- on Sundays a score may move so far from the Sunday before and still be as usual
    case when dayofweek(scores.scored_on) = 0 then scores.score - scores.change_7d end as score_before
from scores.fct_account_scores as scores
inner join scores.account_scores_current as today using (account_id)
where scores.is_published
    and (dayofweek(scores.scored_on) = 0 or scores.scored_on = today.scored_on)
    and scores.scored_on > today.scored_on - 371
order by scores.account_id, scores.scored_on

-- Headline numbers on every Sunday and today, with the expected range, for the portfolio, each segment and each CSM.
select *
from scores.fct_signals
where signal_kind = 'headline'
    and (dayofweek(scored_on) = 0 or scored_on = (select max(scored_on) from scores.account_scores_current))
    and scored_on > (select max(scored_on) - 371 from scores.account_scores_current)
order by scored_on, segment_attribute, segment_value, csm_id, signal_id

-- Headline numbers on every Sunday and today, with what is usual, for the portfolio, each group and each book.
select *
from scores.fct_portfolio_trends
where (dayofweek(scored_on) = 0 or scored_on = (select max(scored_on) from scores.account_scores_current))
    and scored_on > (select max(scored_on) - 371 from scores.account_scores_current)
order by scored_on, segment_attribute, segment_value, csm_id, measure

-- Accounts per band on every Sunday and today, for the portfolio, each group and each book.
select scored_on, segment_attribute, segment_value, csm_id, band, n_accounts, mrr, n_mrr_unknown
from scores.fct_portfolio_health
where (csm_id = 'all' or segment_attribute = 'all')
    and (dayofweek(scored_on) = 0 or scored_on = (select max(scored_on) from scores.account_scores_current))
    and scored_on > (select max(scored_on) - 371 from scores.account_scores_current)
order by scored_on, segment_attribute, segment_value, csm_id, band

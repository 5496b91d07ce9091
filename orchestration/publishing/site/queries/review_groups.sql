-- The share at risk of every group on $opening and on $closing.
select
    now.scored_on, segment_attribute, segment_value, csm_id, now.measure, before.value as value_before_period, now.value,
    now.value - before.value as shift, accounts.value as n
from scores.fct_portfolio_trends as now
inner join scores.fct_portfolio_trends as before using (segment_attribute, segment_value, csm_id, measure)
inner join scores.fct_portfolio_trends as accounts using (segment_attribute, segment_value, csm_id)
where
    now.scored_on = $closing and before.scored_on = $opening and csm_id = 'all' and segment_attribute <> 'all'
    and now.measure = 'at_risk_ratio' and accounts.measure = 'accounts' and accounts.scored_on = $closing
order by shift desc, segment_attribute, segment_value

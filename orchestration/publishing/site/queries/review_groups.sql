-- The share at risk of every segment on $opening and on $closing.
select
    now.scored_on, subject_kind, subject_id, now.segment_attribute, now.segment_value, now.signal_id, before.value as value_before_period, now.value,
    now.value - before.value as shift, accounts.value as n
from scores.fct_signals as now
inner join scores.fct_signals as before using (subject_kind, subject_id, signal_id)
inner join scores.fct_signals as accounts using (subject_kind, subject_id)
where
    now.scored_on = $closing and before.scored_on = $opening and subject_kind = 'segment'
    and now.signal_id = 'at_risk_ratio' and accounts.signal_id = 'accounts' and accounts.scored_on = $closing
order by shift desc, now.segment_attribute, now.segment_value

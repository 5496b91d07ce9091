-- What was shown to leave its usual range from $first to $last, the portfolio and groups first.
select alerts.*, accounts.account_name
from scores.fct_alerts as alerts
left join core.dim_accounts as accounts using (account_id)
where is_shown and scored_on between $first and $last
order by
    case scope when 'portfolio' then 1 when 'segment' then 2 else 3 end, scored_on desc, alerts.mrr desc, subject, alert_id

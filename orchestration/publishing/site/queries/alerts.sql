-- Alerts of the last four weeks.
select
    alerts.*,
    accounts.account_name,
    coalesce(csms.name, alerts.csm_id) as csm
from scores.fct_alerts as alerts
left join core.dim_accounts as accounts using (account_id)
left join core.dim_csms as csms on csms.csm_id = alerts.csm_id
where alerts.is_shown
    and alerts.scored_on > (select max(scored_on) - 28 from scores.account_scores_current)
order by
    alerts.scored_on desc, case alerts.scope when 'portfolio' then 1 when 'segment' then 2 else 3 end, alerts.mrr desc,
    alerts.subject, alerts.alert_id

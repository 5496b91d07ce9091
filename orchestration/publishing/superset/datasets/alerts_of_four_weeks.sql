-- What was seen on the last Sundays, in words: about an account, a segment or the whole portfolio.
select
    alerts.alert_id,
    alerts.scored_on,
    alerts.scope,
    alerts.subject,
    alerts.account_id,
    accounts.account_name,
    alerts.reason,
    alerts.mrr,
    alerts.csm_id,
    coalesce(csms.name, alerts.csm_id) as csm,
    accounts.company_size,
    accounts.onboarding_mode,
    accounts.plan_tier,
    accounts.region
from scores.fct_alerts as alerts
left join core.dim_accounts as accounts on alerts.account_id = accounts.account_id
left join core.dim_csms as csms on alerts.csm_id = csms.csm_id
where
    alerts.is_shown
    and alerts.scored_on > (select max(calendar.day_date) from core.dim_calendar as calendar) - 28

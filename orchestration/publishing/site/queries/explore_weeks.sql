-- One row per Sunday of half a year, CSM and band.
select
    scored_on as sunday, coalesce(csms.name, health.csm_id) as csm, health.band, health.n_accounts as accounts,
    health.mean_score, health.mrr, health.mrr_at_risk
from scores.fct_portfolio_health as health
left join core.dim_csms as csms using (csm_id)
where
    segment_attribute = 'all' and health.csm_id <> 'all' and dayofweek(scored_on) = 0
    and scored_on > (select max(scored_on) - 183 from scores.fct_portfolio_health)
order by scored_on, health.csm_id, health.band

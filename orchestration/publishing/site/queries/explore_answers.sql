-- One row per answer to a survey question.
select
    accounts.account_name as account, answers.question, answers.score, answers.nps_group,
    strftime(answers.responded_at, '%Y-%m') as answered_in,
    scores.band, accounts.company_size, accounts.plan_tier, accounts.industry, accounts.region,
    accounts.purchase_channel, accounts.onboarding_mode, coalesce(csms.name, scores.csm_id, 'nobody') as csm
from core.fct_survey_responses as answers
inner join core.dim_accounts as accounts using (account_id)
inner join scores.account_scores_current as scores using (account_id)
left join core.dim_csms as csms on scores.csm_id = csms.csm_id
order by answers.responded_at, answers.response_id

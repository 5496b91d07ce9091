-- Every account's last answer to each question, and how many there were in half a year.
select
    answers.account_id, answers.question,
    max_by(answers.response_id, (answers.responded_at, answers.response_id)) as response_id,
    max_by(answers.score, (answers.responded_at, answers.response_id)) as score,
    max_by(answers.nps_group, (answers.responded_at, answers.response_id)) as nps_group,
    max_by(answers.milestone_id, (answers.responded_at, answers.response_id)) as milestone_id,
    max(answers.responded_at) as responded_at,
    count(*) filter (where answers.responded_at >= today.scored_on - 180) as n_in_half_a_year
from core.fct_survey_responses as answers
inner join scores.account_scores_current as today using (account_id)
group by answers.account_id, answers.question, today.scored_on
order by answers.account_id, answers.question <> 'nps', answers.question

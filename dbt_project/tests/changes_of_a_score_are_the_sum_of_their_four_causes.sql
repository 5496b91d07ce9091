-- Time, missing evidence, data and rules explain every change of a score, on every row, to the last decimal.
{{ config(meta={'dagster': {'ref': {'name': 'fct_score_changes'}}}) }}

select
    account_id,
    scored_on,
    change,
    decay_change,
    coverage_change,
    data_change,
    rubric_change
from {{ ref('fct_score_changes') }}
where
    change <> decay_change + coverage_change + data_change + rubric_change
    or change <> score - score_before

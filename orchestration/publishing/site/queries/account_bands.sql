-- Since when every scored account was in which band.
with weeks as (
    select
        scores.account_id, scores.scored_on, scores.band,
        lag(scores.band) over (partition by scores.account_id order by scores.scored_on) as band_before
    from scores.fct_account_scores as scores
    inner join scores.account_scores_current as today using (account_id)
    where scores.is_published and (dayofweek(scores.scored_on) = 0 or scores.scored_on = today.scored_on)
)

select account_id, scored_on, band_before, band
from weeks
where band is distinct from band_before
order by account_id, scored_on desc

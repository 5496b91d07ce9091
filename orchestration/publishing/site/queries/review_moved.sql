-- Accounts whose band on $closing is another than on $opening; unknown is no band to fall from or rise to.
select
    account_id, accounts.account_name, before.band as band_before, now.band, before.score as score_before, now.score,
    now.mrr, new_bands.band_rank < old_bands.band_rank as is_fall
from scores.fct_account_scores as now
inner join scores.fct_account_scores as before using (account_id)
inner join core.dim_accounts as accounts using (account_id)
inner join core.dim_bands as new_bands
    on now.rubric_version = new_bands.rubric_version and now.band = new_bands.band
inner join core.dim_bands as old_bands
    on before.rubric_version = old_bands.rubric_version and before.band = old_bands.band
where
    now.is_published and before.is_published and now.scored_on = $closing and before.scored_on = $opening
    and old_bands.band_rank > 0 and new_bands.band_rank > 0 and now.band <> before.band
order by is_fall desc, now.mrr desc, account_id

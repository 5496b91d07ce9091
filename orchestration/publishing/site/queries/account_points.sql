-- What to open a conversation with, by account.
select * from scores.fct_talking_points order by account_id, position

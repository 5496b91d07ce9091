-- Tickets of half a year by theme; those that wait.
select
    tickets.account_id, tickets.theme, tickets.cause,
    count(*) as n,
    count(*) filter (where tickets.solved_at is null) as n_waiting,
    count(*) filter (where tickets.solved_at is null and tickets.is_blocker) as n_blocking,
    median(tickets.hours_to_solve) as median_hours,
    max(tickets.created_at) as last_at
from core.fct_tickets as tickets
inner join scores.account_scores_current as today using (account_id)
where tickets.created_at >= today.scored_on - 180
group by tickets.account_id, tickets.theme, tickets.cause
order by tickets.account_id, n desc, tickets.theme

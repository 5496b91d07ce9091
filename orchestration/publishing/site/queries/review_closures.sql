-- Tasks that were opened or ended from $first to $last, by play.
with tasks as (
    select
        *, opened_on between $first and $last as is_opened, coalesce(closed_on between $first and $last, false) as is_closed
    from scores.fct_tasks
    where was_shown and status <> 'proposed'
)

select
    play_id, count(*) filter (where is_opened) as n_opened, count(*) filter (where is_closed) as n_closed,
    count(*) filter (where is_closed and status = 'done') as n_done,
    count(*) filter (where is_closed and is_on_time) as n_on_time,
    count(*) filter (where is_closed and outcome = 'yes') as n_helped,
    count(*) filter (where is_closed and status = 'done') / nullif(count(*) filter (where is_closed), 0) as closure
from tasks
where is_opened or is_closed
group by play_id
order by n_closed desc, play_id

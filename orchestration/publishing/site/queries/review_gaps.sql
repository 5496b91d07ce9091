-- Milestones that were due from $first to $last and are not optional, of accounts that were there on that day.
select
    milestone_id, count(*) as n, count(*) filter (where status = 'on_time') as n_on_time,
    count(*) filter (where status = 'late') as n_late, count(*) filter (where status = 'overdue') as n_overdue
from milestones.fct_milestone_attainments
inner join milestones.dim_milestones using (milestone_id, version)
where known_to is null and not is_optional and target_date between $first and $last
    and status in ('on_time', 'late', 'overdue')
group by milestone_id
order by n_overdue desc, milestone_id

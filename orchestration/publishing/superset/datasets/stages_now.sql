-- How accounts move from stage to stage, as last counted.
select *
from cohorts.fct_stage_transitions
where as_of = (select max(latest.as_of) from cohorts.fct_stage_transitions as latest)

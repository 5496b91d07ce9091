-- Who has it not yet, or is still there, at the end of each week: the curves of fct_cohort_survival on one grid.
select
    curves.endpoint,
    curves.segment_attribute,
    curves.segment_value,
    curves.is_too_small,
    weeks.week_number,
    curves.n_at_risk,
    curves.survival_ratio,
    curves.survival_low,
    curves.survival_high
from (select distinct week_number from cohorts.fct_cohort_retention) as weeks
inner join (
    select
        steps.*,
        lead(steps.duration_days, 1, steps.duration_days + 7) over (
            partition by steps.endpoint, steps.segment_attribute, steps.segment_value
            order by steps.duration_days
        ) as until_days
    from cohorts.fct_cohort_survival as steps
) as curves
    on weeks.week_number * 7 >= curves.duration_days and weeks.week_number * 7 < curves.until_days

-- Which account was assigned to which variant of an experiment.
-- Grain: one row per experiment_id and account_id.

with landed as (
    {{ first_known(source('lake', 'experiment_assignments'), ['experiment_id', 'account_id']) }}
),

final as (
    select
        experiment_id,
        account_id,
        variant,
        assigned_at,
        source_id,
        known_on
    from landed
)

select * from final

-- Observed minus expected events and their covariances over all days: the terms of the log-rank test.
-- Grain: one row per endpoint, segment_attribute, row_index and column_index.

-- Mantel 1966 with the hypergeometric variance. The border (100) holds the deviations next to the covariances.
{% set border = 100 %}

with totals as (
    select * from {{ ref('int_segment_risk_sets') }}
),

deviations as (
    select
        endpoint,
        segment_attribute,
        group_index,
        sum(n_events - all_events * n_at_risk / all_at_risk) as deviation
    from totals
    group by endpoint, segment_attribute, group_index
),

final as (
    select
        one.endpoint,
        one.segment_attribute,
        one.group_index as row_index,
        other.group_index as column_index,
        sum(
            case
                when one.all_at_risk > 1
                    then
                        one.all_events * (one.all_at_risk - one.all_events) / (one.all_at_risk - 1)
                        * (
                            case
                                when one.group_index = other.group_index then one.n_at_risk / one.all_at_risk else 0
                            end
                            - one.n_at_risk * other.n_at_risk / (one.all_at_risk * one.all_at_risk)
                        )
                else 0.0e0
            end
        ) as cell
    from totals as one
    inner join totals as other
        on
            one.endpoint = other.endpoint
            and one.segment_attribute = other.segment_attribute
            and one.duration_days = other.duration_days
    group by one.endpoint, one.segment_attribute, one.group_index, other.group_index
    union all
    select endpoint, segment_attribute, group_index as row_index, {{ border }} as column_index, deviation as cell
    from deviations
    union all
    select endpoint, segment_attribute, {{ border }} as row_index, group_index as column_index, deviation as cell
    from deviations
    union all
    select distinct
        endpoint, segment_attribute, {{ border }} as row_index, {{ border }} as column_index, 0.0e0 as cell
    from deviations
)

select * from final

-- Which early behaviours go with what became of an account, how sure that is, and what of it is mere general activity.
-- Grain: one row per behaviour, window_days, landmark_day, outcome, horizon_days, segment_attribute and segment_value.

-- Looked for among the earlier half of the accounts, in everything at once, and confirmed by the later half alone. Only
-- accounts count that were there at the landmark and whose horizon is over; the behaviour lies before, the outcome after.
{% set keys = [
    'behaviour', 'level', 'window_days', 'landmark_day', 'outcome', 'horizon_days', 'segment_attribute', 'segment_value',
] %}

with tests as (
    select * from {{ ref('int_behaviour_tests') }}
),

trends as (
    select * from {{ ref('int_behaviour_trends') }}
),

discovery as (
    {{ benjamini_hochberg("(select * from tests where sample = 'earlier')", "'all'") }}
),

-- the same without regard to how active an account was otherwise
plain as (
    {{ benjamini_hochberg(
        "(select " ~ keys | join(', ') ~ ", plain_p_value as p_value from tests where sample = 'earlier')", "'all'"
    ) }}
),

-- only what was found is asked again
asked_again as (
    select later.*
    from tests as later
    inner join discovery on {{ same_keys('later', 'discovery', keys) }}
    where later.sample = 'later' and discovery.q_value < 0.1e0
),

confirmation as (
    {{ benjamini_hochberg('asked_again', "'all'") }}
),

judged as (
    select
        {% for column in keys + ['n_with', 'n_without', 'n_with_events', 'n_without_events', 'n_alike'] %}
        tests.{{ column }},
        {% endfor %}
        tests.n_with / cast(tests.n_with + tests.n_without as double) as reach_ratio,
        tests.ratio_with,
        tests.ratio_without,
        tests.risk_ratio,
        tests.risk_ratio * exp(-1 * tests.log_risk_ratio_margin) as risk_ratio_low,
        tests.risk_ratio * exp(tests.log_risk_ratio_margin) as risk_ratio_high,
        tests.odds_ratio,
        tests.odds_ratio_low,
        tests.odds_ratio_high,
        2 * {{ normal_tail('abs(trends.trend_z)') }} as trend_p_value,
        discovery.n_tests as n_compared,
        discovery.p_value,
        discovery.q_value,
        confirmation.odds_ratio as later_odds_ratio,
        confirmation.p_value as later_p_value,
        confirmation.q_value as later_q_value,
        tests.is_enough and tests.is_normal and discovery.p_value is not null as is_enough,
        case when discovery.z > 0.0e0 then 'more' when discovery.z < 0.0e0 then 'less' end as direction,
        coalesce(discovery.q_value < 0.1e0, false) as is_found,
        coalesce(confirmation.q_value < 0.1e0 and confirmation.z * discovery.z > 0.0e0, false) as holds_out_of_sample,
        plain.q_value as plain_q_value,
        tests.plain_log_odds_ratio
    from tests
    inner join discovery on {{ same_keys('tests', 'discovery', keys) }}
    inner join plain on {{ same_keys('tests', 'plain', keys) }}
    left join confirmation on {{ same_keys('tests', 'confirmation', keys) }}
    left join trends on {{ same_keys('tests', 'trends', keys | reject('equalto', 'level') | list) }}
    where tests.sample = 'all'
),

final as (
    select
        concat(
            judged.behaviour,
            case when judged.behaviour like 'milestone %' then '' else concat(' >= ', judged.level) end
        ) as behaviour,
        judged.behaviour as measure,
        {% for column in keys[1:] + [
            'n_with', 'n_without', 'n_with_events', 'n_without_events', 'n_alike', 'reach_ratio',
        ] %}
        judged.{{ column }},
        {% endfor %}
        case when judged.is_enough then judged.direction end as direction,
        {% for column in [
            'ratio_with', 'ratio_without', 'risk_ratio', 'risk_ratio_low', 'risk_ratio_high', 'odds_ratio',
            'odds_ratio_low', 'odds_ratio_high', 'trend_p_value',
        ] %}
        case when judged.is_enough then judged.{{ column }} end as {{ column }},
        {% endfor %}
        judged.n_compared,
        judged.p_value,
        judged.q_value,
        judged.later_odds_ratio,
        judged.later_p_value,
        judged.later_q_value,
        judged.holds_out_of_sample,
        case when judged.holds_out_of_sample then 'confirmed' when judged.is_found then 'correlational' else 'none' end
            as evidence_class,
        case
            when judged.holds_out_of_sample then 'confirmed'
            when judged.is_found and judged.later_p_value is null then 'not_tested'
            when judged.is_found then 'not_confirmed'
            when not judged.is_enough then 'too_few'
            when coalesce(judged.plain_q_value >= 0.1e0, true) then 'no_link'
            -- among accounts alike it may be nothing, and is not what it is plainly
            when
                1.0e0 between odds_ratio_low and odds_ratio_high
                and exp(plain_log_odds_ratio) not between odds_ratio_low and odds_ratio_high then 'busy_accounts'
            else 'not_clear'
        end as reading
    from judged
)

select * from final

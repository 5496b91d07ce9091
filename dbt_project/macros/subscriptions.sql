{# Rank of the changes of a subscription, 1 for the one that says in which state it is. #}
{% macro newest_change(partition, changes) -%}
row_number() over (
            partition by {{ partition }}
            order by {{ changes }}.changed_on desc, {{ changes }}.valid_from desc, {{ changes }}.updated_at desc, {{ changes }}.is_end desc
        )
{%- endmacro %}

{# State of an account from those of its subscriptions: the first of these words that one of them is in. #}
{% macro lifecycle_of_subscriptions() -%}
case
            {%- for status in ['active', 'past_due', 'trialing', 'paused', 'churned', 'completed'] %}
            when sum(case when status = '{{ status }}' then 1 else 0 end) > 0 then '{{ status }}'
            {%- endfor %}
        end
{%- endmacro %}

{# What an account pays over its subscriptions: unknown when one of them is. Rounded, since sums in another order differ in
   their last digit. #}
{% macro amounts_of_subscriptions() -%}
case when count(mrr) = count(*) then round(sum(mrr), 4) end as mrr,
        max(mrr_unknown_reason) as mrr_unknown_reason,
        case
            when
                count(original_mrr) = count(*)
                and count(distinct case when original_mrr <> 0 then coalesce(original_currency, '?') end) < 2
                then round(sum(original_mrr), 4)
        end as original_mrr,
        case
            when count(distinct case when original_mrr <> 0 then coalesce(original_currency, '?') end) < 2
                then max(case when original_mrr <> 0 then original_currency end)
            else 'several'
        end as original_currency
{%- endmacro %}

{# What an account pays, given its subscriptions on a day; without one nothing, and nothing is known of it while no source
   brings amounts. #}
{% macro mrr_paid(states, day) -%}
case
            when (select amounts_known_from from {{ ref('int_reporting_currency') }}) <= {{ day }}
                then case when {{ states }}.account_id is null then 0.0 else {{ states }}.mrr end
        end
{%- endmacro %}

{# The currency of every amount of the marts. #}
{% macro reporting_currency() %}(select currency from {{ ref('int_reporting_currency') }}){% endmacro %}

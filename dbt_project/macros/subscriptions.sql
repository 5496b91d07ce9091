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

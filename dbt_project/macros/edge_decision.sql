{# What a score and the one before it decide about the edge of a band: 1 above, 0 below, null when nothing is decided. #}
{% macro edge_decision(score, score_before, edge='') %}
{%- set edge = edge ~ '.' if edge else '' -%}
case
    when {{ score }} is null then null
    when {{ score_before }} is null then case when {{ score }} >= {{ edge }}score_from then 1 else 0 end
    when
        {{ score }} >= {{ edge }}score_from + {{ edge }}enter_margin
        or ({{ score }} >= {{ edge }}score_from and {{ score_before }} >= {{ edge }}score_from)
        then 1
    when
        {{ score }} < {{ edge }}score_from - {{ edge }}leave_margin
        or ({{ score }} < {{ edge }}score_from and {{ score_before }} < {{ edge }}score_from)
        then 0
end
{%- endmacro %}

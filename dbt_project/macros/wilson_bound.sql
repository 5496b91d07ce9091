{# One end of Wilson's score interval of a ratio (Wilson 1927), 90 % unless a z is given; null without trials. #}
{% macro wilson_bound(n_events, n_trials, side, z=none) %}{% set z = z or z_90() %}
{%- set ratio = '(cast(' ~ n_events ~ ' as double) / ' ~ n_trials ~ ')' -%}
case
    when {{ n_trials }} > 0
        then {{ 'greatest(0.0e0, ' if side == 'low' else 'least(1.0e0, ' -}}
        ({{ ratio }} + {{ z }} * {{ z }} / (2.0e0 * {{ n_trials }}) {{ '-' if side == 'low' else '+' }} {{ z }} * sqrt(
            {{ ratio }} * (1.0e0 - {{ ratio }}) / {{ n_trials }} + {{ z }} * {{ z }} / (4.0e0 * {{ n_trials }} * {{ n_trials }})
        )) / (1.0e0 + {{ z }} * {{ z }} / {{ n_trials }}))
end
{%- endmacro %}

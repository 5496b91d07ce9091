{# Numbers of statistics and of the score that several models share, each in this one place. #}

{# Standard normal quantile of a two-sided 90 % interval. #}
{% macro z_90() %}1.6448536269514722e0{% endmacro %}

{# XmR chart (Wheeler 1993): moving ranges beyond this many times their mean, and values farther from their mean than
   this many mean moving ranges, are no noise: three sigma. #}
{% macro xmr_range_factor() %}3.268e0{% endmacro %}
{% macro xmr_value_factor() %}2.66e0{% endmacro %}

{# Evidence below which a metric is missing. #}
{% macro min_evidence() %}0.5{% endmacro %}

{# Whether a band calls for action. #}
{% macro is_at_risk(band) %}{{ band }} in ('critical', 'at_risk'){% endmacro %}

{# A curve ends where fewer accounts than this were followed so long. #}
{% macro min_followed() %}10{% endmacro %}

{# Days after the start at which an account is looked at: what it did by then, and what followed. #}
{% macro landmark_days() %}{{ return([7, 14, 30, 60, 90]) }}{% endmacro %}

{# Days after a landmark within which an outcome counts. #}
{% macro label_horizons() %}{{ return([90, 180, 365]) }}{% endmacro %}

{# Kinds of touch that the chain of attribution can hold. #}
{% macro max_touch_types() %}{{ return(12) }}{% endmacro %}

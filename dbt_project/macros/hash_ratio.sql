{# A number from 0 to 1 that a text always draws: both engines know MD5, but read hexadecimal differently. #}
{% macro hash_ratio(text) %}{{ return(adapter.dispatch('hash_ratio')(text)) }}{% endmacro %}

{% macro default__hash_ratio(text) %}(cast(concat('0x', substr(md5({{ text }}), 1, 8)) as bigint) / 4294967296.0e0){% endmacro %}

{% macro spark__hash_ratio(text) %}(cast(conv(substr(md5({{ text }}), 1, 8), 16, 10) as bigint) / 4294967296.0e0){% endmacro %}

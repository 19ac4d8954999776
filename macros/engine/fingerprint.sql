{# A number that any change of any of the texts changes, whatever their order. #}
{% macro fingerprint(text) %}{{ return(adapter.dispatch('fingerprint')(text)) }}{% endmacro %}

{% macro duckdb__fingerprint(text) -%}
    lower(hex(bit_xor(md5_number_lower({{ text }})))) || '-' || count(*)
{%- endmacro %}

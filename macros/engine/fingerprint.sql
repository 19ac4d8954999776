{#
    A name for a set of distinct texts that any change of any of them changes, whatever their order; without the key of
    this database it can neither be recomputed from guessed texts nor compared with the name of a neighbouring set.
#}
{% macro fingerprint(text) %}{{ return(adapter.dispatch('fingerprint')(text)) }}{% endmacro %}

{% macro duckdb__fingerprint(text) -%}
    likeness_fingerprint({{ fingerprint_key() }}, lower(hex(bit_xor(md5_number_lower({{ text }})))) || '-' || count(*))
{%- endmacro %}

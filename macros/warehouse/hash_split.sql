{# True for about `share` of all ids, the same ones on every engine and in any order. #}
{% macro hash_split(id, salt, share) -%}
    substr(md5({{ id }} || ':{{ salt }}'), 1, 8) < '{{ "%08x" | format((share * 4294967295) | int) }}'
{%- endmacro %}

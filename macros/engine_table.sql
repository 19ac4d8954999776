{# One table of the offline engine's profile; `columns` maps names to SQL types. #}
{% macro engine_table(name, columns) -%}
    {{ unpacked_table(ref('likeness', 'int_engine__profile'), name, columns) }}
{%- endmacro %}

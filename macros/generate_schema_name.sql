{# Schemas are named as in the docs, after var schema_prefix and without the target's own. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if custom_schema_name -%}
        {{ likeness.layer_schema(custom_schema_name | trim) }}
    {%- else -%}
        {{ target.schema | trim }}
    {%- endif -%}
{%- endmacro %}

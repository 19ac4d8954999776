{#
    The value that an accepted row carries: the formula's where the field has one (role formula), with the source's
    line break in a field that has one, else as received.
#}
{% macro corrected_value(field, loans) -%}
    {%- if "formula" in field.roles -%}
        {{ column_sql(field.name ~ '_formula', loans) }}
    {%- elif has_line_break(field) -%}
        {{ source_text(column_sql(field.name, loans), field) }}
    {%- else -%}
        {{ column_sql(field.name, loans) }}
    {%- endif -%}
{%- endmacro %}

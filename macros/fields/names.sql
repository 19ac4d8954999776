{# A column's name in SQL, quoted, and with the relation it belongs to where one is given. #}
{% macro column_sql(name, relation=none) -%}
    {{ return((relation ~ "." if relation else "") ~ '"' ~ (name | replace('"', '""')) ~ '"') }}
{%- endmacro %}

{# A text as an SQL literal. #}
{% macro literal(text) -%}
    {{ return("'" ~ (text | string | replace("'", "''")) ~ "'") }}
{%- endmacro %}
